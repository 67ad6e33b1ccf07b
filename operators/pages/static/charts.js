// Draws the charts of a page with plotly, in the page's own colours, once the text is there. Every chart has a table
// beside it that says the same.
"use strict";

const own = document.currentScript;
const DARK = matchMedia("(prefers-color-scheme: dark)");
const COLOURS = {
  light: { blue: "#0072b2", orange: "#b87700", green: "#00805e", pink: "#b0578c", vermilion: "#c65500", sky: "#56b4e9",
    olive: "#7d6200", grey: "#98a1ae", ink: "#1d2530" },
  dark: { blue: "#4ba3e3", orange: "#f0b43c", green: "#3ecf9f", pink: "#e39ac6", vermilion: "#ff8c42", sky: "#a9dcfa",
    olive: "#d2b84a", grey: "#7b8594", ink: "#e6eaf0" },
};
const TRACES = ["color"];

let loading = null;
function plotly() {
  loading ??= new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = own.dataset.plotly;
    script.onload = () => resolve(window.Plotly);
    script.onerror = () => reject(new Error("the chart library could not be loaded"));
    document.head.append(script);
  });
  return loading;
}

function coloured(value) {
  if (Array.isArray(value)) return value.map(coloured);
  if (value === null || typeof value !== "object") return value;
  const palette = COLOURS[DARK.matches ? "dark" : "light"];
  return Object.fromEntries(Object.entries(value).map(([key, item]) =>
    [key, TRACES.includes(key) && typeof item === "string" ? palette[item] ?? item : coloured(item)]));
}

// A title in lines of so many letters.
function broken(text, most) {
  return text.split(" ").reduce((lines, word) => {
    const last = lines.at(-1);
    return last !== undefined && last.length + word.length < most ? [...lines.slice(0, -1), `${last} ${word}`] : [...lines, word];
  }, []).join("<br>");
}

const NARROW = 600;
const LETTER = 8; // pixels of a title's letter

function dressed(layout, width, names) {
  const style = getComputedStyle(document.documentElement);
  const [ink, line] = ["--ink", "--line"].map((name) => style.getPropertyValue(name).trim());
  const found = { ...layout, autosize: true, paper_bgcolor: "rgba(0,0,0,0)", plot_bgcolor: "rgba(0,0,0,0)",
    font: { family: "system-ui, 'Segoe UI', 'DejaVu Sans', sans-serif", size: 13, color: ink },
    margin: { l: 60, r: 16, t: 16, b: 56 }, hoverlabel: { align: "left" },
    legend: { orientation: "h", yanchor: "bottom", y: 1.01, x: 0 }, dragmode: layout.dragmode ?? (width < NARROW ? false : "zoom") };
  // On a narrow screen the names stand above each other, and take no room from what is drawn.
  if (width < NARROW && names > 2) found.height += 20 * names;
  for (const key of Object.keys(found)) {
    if (/^[xy]axis/.test(key)) found[key] = { automargin: true, gridcolor: line, zerolinecolor: line, linecolor: line, ...found[key] };
  }
  const room = (layout.height - 140) / LETTER;
  if (found.yaxis?.title?.text) found.yaxis.title = { ...found.yaxis.title, text: broken(found.yaxis.title.text, room) };
  for (const shape of found.shapes ?? []) shape.line = { color: ink, width: 1, ...shape.line };
  return found;
}

async function draw(element, chart) {
  const library = await plotly();
  element.querySelector(".waiting")?.remove();
  const options = { responsive: true, displaylogo: false, modeBarButtonsToRemove: ["select2d", "lasso2d", "autoScale2d"] };
  const copy = structuredClone(chart);
  await library.react(element, coloured(copy.data), dressed(copy.layout, element.clientWidth, copy.data.length), options);
  element.drawn = chart;
  return library;
}

async function asked(address) {
  const answer = await fetch(address, { headers: { Accept: "application/json" }, credentials: "same-origin" });
  const found = await answer.json();
  if (!answer.ok) throw new Error(found.detail);
  return found;
}

function said(element, error) {
  const place = element.querySelector(".waiting") ?? element.appendChild(document.createElement("p"));
  place.className = "soft waiting";
  place.textContent = `No chart: ${error.message}`;
}

// Charts of one address, one below the other, each with its title.
async function fill(element) {
  try {
    const charts = await asked(element.dataset.chart);
    const titles = Object.keys(charts);
    if (!titles.length) { element.remove(); return; }
    element.querySelector(".waiting")?.remove();
    for (const title of titles) {
      if (titles.length > 1) {
        const heading = document.createElement("h3");
        heading.textContent = title;
        element.append(heading);
      }
      const slot = document.createElement("div");
      slot.className = "slot";
      element.append(slot);
      await draw(slot, charts[title]);
    }
    element.dataset.done = "1";
  } catch (error) { said(element, error); }
}

// The Manhattan and QQ plots of what the form names; a zoom asks for the SNPs that it makes room for.
function associations(form) {
  const [manhattan, qq] = ["manhattan", "qq"].map((name) => document.querySelector(`[data-slot=${name}]`));
  const [words, link] = ["[data-said]", "[data-strongest]"].map((name) => document.querySelector(name));
  let latest = 0;
  const address = (more) => {
    const join = form.dataset.association.includes("?") ? "&" : "?";
    return form.dataset.association + join + new URLSearchParams({ ...Object.fromEntries(new FormData(form)), ...more });
  };
  const tell = (meta, inflation) => {
    const all = inflation === undefined ? words.dataset.inflation : inflation === null ? "–" : inflation.toFixed(2);
    words.dataset.inflation = all;
    words.textContent = `${meta.tested.toLocaleString("en")} SNPs were tested, ${meta.drawn.toLocaleString("en")} are told apart here; λ = ${all} (1 = as chance).`;
  };
  async function zoomed(change) {
    const low = change["xaxis.range[0]"] ?? change["xaxis.range"]?.[0];
    const high = change["xaxis.range[1]"] ?? change["xaxis.range"]?.[1];
    const whole = change["xaxis.autorange"];
    if (!whole && low === undefined) return;
    const number = ++latest;
    const { manhattan: chart } = await asked(address(whole ? {} : { low, high }));
    if (number !== latest) return;
    const shown = structuredClone(chart);
    const { xaxis, yaxis } = manhattan.layout;
    if (!whole) {
      shown.layout.xaxis.range = [...xaxis.range];
      shown.layout.yaxis.range = [...yaxis.range];
    }
    await draw(manhattan, shown);
    tell(chart.layout.meta);
  }
  async function show() {
    const number = ++latest;
    const { trait, population } = Object.fromEntries(new FormData(form));
    link.href = `${link.dataset.base}association_${population}.${encodeURIComponent(trait)}${link.dataset.at}${link.dataset.at ? "&" : "?"}sort=p_value`;
    for (const image of document.querySelectorAll("[data-picture]")) {
      const place = image.closest("[data-plots]");
      image.src = `${place.dataset.plots}${encodeURIComponent(trait)}/${population}_${image.dataset.picture}.png${place.dataset.at}`;
    }
    try {
      const charts = await asked(address({}));
      if (number !== latest) return;
      await draw(manhattan, charts.manhattan);
      await draw(qq, charts.qq);
      tell(charts.manhattan.layout.meta, charts.qq.layout.meta.lambda);
      if (!manhattan.listens) { manhattan.listens = true; manhattan.on("plotly_relayout", (change) => zoomed(change)); }
    } catch (error) { said(manhattan, error); said(qq, error); words.textContent = ""; }
  }
  form.addEventListener("submit", (event) => { event.preventDefault(); show(); });
  form.addEventListener("change", show);
  whenSeen(manhattan, show);
}

// What was not drawn is said in the picture's place.
for (const image of document.querySelectorAll("figure img")) {
  const words = image.nextElementSibling;
  const caption = words.innerHTML;
  const lacking = () => { image.hidden = true; words.innerHTML = `${caption} – the study has no such picture`; };
  image.addEventListener("error", lacking);
  image.addEventListener("load", () => { image.hidden = false; words.innerHTML = caption; });
  if (image.complete && image.getAttribute("src") && !image.naturalWidth && image.loading !== "lazy") lacking();
}

function whenSeen(element, act) {
  const observer = new IntersectionObserver((entries) => {
    if (entries.some((entry) => entry.isIntersecting)) { observer.disconnect(); act(); }
  }, { rootMargin: "400px" });
  observer.observe(element);
}

function charted(within) {
  for (const element of within.querySelectorAll("[data-chart]")) whenSeen(element, () => fill(element));
}

// Parts of a page that take a while: asked for when they come near; without a script they are links.
function parts() {
  for (const element of document.querySelectorAll("[data-part]")) {
    whenSeen(element, async () => {
      const answer = await fetch(element.dataset.part, { credentials: "same-origin" });
      if (!answer.ok) return;
      element.innerHTML = await answer.text();
      charted(element);
    });
  }
}

DARK.addEventListener("change", () => {
  for (const element of document.querySelectorAll(".js-plotly-plot")) if (element.drawn) draw(element, element.drawn);
});
charted(document);
parts();
for (const form of document.querySelectorAll("[data-association]")) associations(form);
