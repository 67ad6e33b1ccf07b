import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gtl.config.learning import LayerKind
from gtl.learn.single_step import reduce_layer, restore_layer

KERAS_SHAPES = {
    LayerKind.DENSE: lambda p, u: [(p, u), (u,)],
    LayerKind.CONV1D: lambda p, u: [(5, p, u), (u,)],
    LayerKind.GRU: lambda p, u: [(p, 3 * u), (u, 3 * u), (2, 3 * u)],
    LayerKind.LSTM: lambda p, u: [(p, 4 * u), (u, 4 * u), (4 * u,)],
    LayerKind.BILSTM: lambda p, u: 2 * [(p, 4 * u), (u, 4 * u), (4 * u,)],
}


@given(kind=st.sampled_from(list(LayerKind)), inputs=st.integers(1, 6), units=st.integers(1, 5))
def test_weights_go_there_and_back_unchanged(kind, inputs, units):
    rng = np.random.default_rng(inputs * 10 + units)
    arrays = [rng.normal(size=shape) for shape in KERAS_SHAPES[kind](inputs, units)]
    for restored, array in zip(restore_layer(kind, reduce_layer(kind, arrays), arrays), arrays, strict=True):
        np.testing.assert_array_equal(restored, array)


def test_lstm_keeps_enter_leave_and_cell_over_the_bias():
    kernel, bias = np.array([[1.0, 2.0, 3.0, 4.0]]), np.array([5.0, 6.0, 7.0, 8.0])
    (reduced,) = reduce_layer(LayerKind.LSTM, [kernel, np.zeros((1, 4)), bias])
    assert reduced.tolist() == [[1.0, 4.0, 3.0], [5.0, 8.0, 7.0]]


def test_directions_lie_side_by_side_gate_by_gate():
    forward, backward = ([np.arange(4.0)[None] + start, np.zeros((1, 4)), np.zeros(4)] for start in (10, 20))
    (reduced,) = reduce_layer(LayerKind.BILSTM, [*forward, *backward])
    assert reduced[0].tolist() == [10, 20, 13, 23, 12, 22]  # enter, leave, cell; Keras: enter, forget, cell, leave


@pytest.mark.parametrize("change", [1.0, -2.5])
def test_restoring_takes_trained_gates_and_leaves_the_forget_gate_and_recurrent_kernel(change):
    arrays = [np.zeros((1, 4)), np.full((1, 4), 9.0), np.array([0.0, 1.0, 0.0, 0.0])]
    (reduced,) = reduce_layer(LayerKind.LSTM, arrays)
    kernel, recurrent, bias = restore_layer(LayerKind.LSTM, (reduced + change,), arrays)
    assert kernel.tolist() == [[change, 0.0, change, change]]
    assert recurrent.tolist() == [[9.0] * 4]
    assert bias.tolist() == [change, 1.0, change, change]
