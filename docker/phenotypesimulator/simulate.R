# Rscript simulate.R arguments.json: one call of PhenotypeSimulator::runSimulation with the arguments of the JSON file;
# its components go to the folder `gtl` below the working directory, as csv.
library(PhenotypeSimulator)

arguments <- jsonlite::fromJSON(commandArgs(trailingOnly = TRUE)[1])
simulated <- do.call(runSimulation, arguments)
savePheno(simulated, directory = getwd(), outstring = "gtl", format = "csv", verbose = FALSE)
