# Rscript simulate.R arguments.json: one call of PhenotypeSimulator::runSimulation with the arguments of the JSON file;
# its components go to the folder `gtl` below the working directory, as csv. An error of the package's own goes to
# refusal.txt, so that it is known for one and not tried again.
library(PhenotypeSimulator)

arguments <- jsonlite::fromJSON(commandArgs(trailingOnly = TRUE)[1])
simulated <- tryCatch(do.call(runSimulation, arguments), error = function(refusal) {
  writeLines(conditionMessage(refusal), "refusal.txt")
  stop(refusal)
})
# savePheno also writes the kinship and its decomposition, people x people numbers that nobody reads.
for (name in intersect(c("kinship", "evec_kinship", "eval_kinship"), names(simulated$rawComponents))) {
  simulated$rawComponents[[name]] <- matrix(1, dimnames = list(NULL, "not_written"))
}
savePheno(simulated, directory = getwd(), outstring = "gtl", format = "csv", verbose = FALSE)
