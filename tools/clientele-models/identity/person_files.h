#ifndef CLIENTELE_TOOLS_CLIENTELE_MODELS_IDENTITY_PERSON_FILES_H_
#define CLIENTELE_TOOLS_CLIENTELE_MODELS_IDENTITY_PERSON_FILES_H_

// Reads records of persons, and who they truly are, from CSV files.

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

#include "services/profile-service/core/identity/person_table.h"

namespace clientele::models {

struct PersonFileOptions {
  // Each file is a source of its own. Columns go by their names; one that a file lacks is missing
  // there.
  std::vector<std::filesystem::path> files;
  // The column that says which rows are one person: it is no field. In every file.
  std::string truth;
  std::vector<std::string> ignore = {};
  // Types by column; those of the others are detected.
  std::map<std::string, profile::FieldType> types = {};
};

struct PersonFiles {
  profile::PersonTable table;
  // The true person of each row, numbered from 0. An empty cell is a person of its own.
  std::vector<std::uint32_t> truth;
  // What was made of each column, a line for people each.
  std::vector<std::string> notes;
};

// Where the truth column holds FEBRL's record ids ("rec-17-org", "rec-17-dup-0"), their number is
// the person.
//
// NOT_FOUND or INVALID_ARGUMENT name the file, the line or the column; RESOURCE_EXHAUSTED for more
// rows than can be compared.
absl::StatusOr<PersonFiles> ReadPersonFiles(const PersonFileOptions& options);

}  // namespace clientele::models

#endif  // CLIENTELE_TOOLS_CLIENTELE_MODELS_IDENTITY_PERSON_FILES_H_
