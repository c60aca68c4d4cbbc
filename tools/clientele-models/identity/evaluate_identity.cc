#include "tools/clientele-models/identity/evaluate_identity.h"

#include <nlohmann/json.hpp>

#include "absl/strings/str_cat.h"

#include "common/evaluation/pair_agreement.h"
#include "common/status/error_details.h"
#include "common/status/status_macros.h"
#include "services/profile-service/core/identity/deduplication.h"
#include "tools/clientele-models/identity/person_files.h"

namespace clientele::models {

absl::Status EvaluateIdentity(const EvaluateIdentityOptions& options, std::ostream& out,
                              std::ostream& log) {
  PersonFileOptions files{.files = {options.files.begin(), options.files.end()},
                          .truth = options.truth,
                          .ignore = options.ignore};
  for (const std::string& entry : options.map) {
    // A column's name may hold "="; a type's does not.
    const std::size_t equals = entry.rfind('=');
    if (equals == std::string::npos || equals == 0) {
      return InvalidField("--map", absl::StrCat("is '", entry, "'; it must be COLUMN=TYPE"));
    }
    const auto type = profile::ParseFieldType(entry.substr(equals + 1));
    if (!type.ok()) {
      return absl::InvalidArgumentError(
          absl::StrCat("--map ", entry, ": ", std::string(type.status().message())));
    }
    files.types[entry.substr(0, equals)] = *type;
  }
  CLIENTELE_ASSIGN_OR_RETURN(const PersonFiles persons, ReadPersonFiles(files));
  for (const std::string& note : persons.notes) log << note << "\n";
  const profile::Deduplication found = profile::Deduplicate(persons.table, {});
  log << "compared " << found.compared_pairs << " of "
      << persons.table.rows() * (persons.table.rows() - (persons.table.rows() > 0 ? 1 : 0)) / 2
      << " pairs\n";
  CLIENTELE_ASSIGN_OR_RETURN(const evaluation::PairAgreement agreement,
                             evaluation::AgreementOfPairs(found.persons, persons.truth));
  nlohmann::ordered_json line;
  line["precision"] = agreement.precision;
  line["recall"] = agreement.recall;
  line["f1"] = agreement.f1;
  line["pairs"] = agreement.found_pairs;
  out << line.dump() << "\n";
  return absl::OkStatus();
}

}  // namespace clientele::models
