#include "tools/clientele-models/identity/identity_commands.h"

#include <iostream>
#include <memory>

#include "tools/clientele-models/identity/evaluate_identity.h"

namespace clientele::models {

void AddEvaluateIdentityCommand(CLI::App& app, Outcome& outcome) {
  CLI::App* command = EvaluateGroup(app).add_subcommand(
      "identity",
      "Finds which rows of CSV files are one person, without labels, and compares with the truth, "
      "pair by pair");
  auto options = std::make_shared<EvaluateIdentityOptions>();
  command->add_option("--csv", options->files, "Records of persons; several files may be given")
      ->required();
  command
      ->add_option("--truth", options->truth,
                   "Column that says who a row is; it is not used to find out")
      ->required();
  command->add_option("--ignore", options->ignore, "Columns that are not used")->delimiter(',');
  command
      ->add_option("--map", options->map,
                   "Types of columns as COLUMN=TYPE (default: found by header and content): "
                   "given_name, surname, full_name, street_number, address, city, postcode, state, "
                   "date_of_birth, email, phone, id, category, text")
      ->delimiter(',');
  OnCommand(*command, outcome,
            [options] { return EvaluateIdentity(*options, std::cout, std::cerr); });
}

}  // namespace clientele::models
