#ifndef CLIENTELE_TOOLS_CLIENTELE_IMPORT_JOINED_FILE_H_
#define CLIENTELE_TOOLS_CLIENTELE_IMPORT_JOINED_FILE_H_

#include <set>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"

namespace clientele::cli {

// A second CSV file that tells more about the rows of the first: those of its rows with the same
// cells in the key's columns. Of its other columns only those that are wanted are kept, and rows
// that are equal in these count once. At most a million rows of these, in memory.
//
//   CLIENTELE_ASSIGN_OR_RETURN(
//       const JoinedFile file,
//       JoinedFile::Open("campaign_descriptions.csv.gz:campaign_id", header, {"start_date"}));
//   file.columns();      // {"start_date"}
//   file.Find(row);      // {{"17228.0"}}
class JoinedFile {
 public:
  // "FILE:COLUMN[,COLUMN...]": columns that the file shares with `header`. A column of `header` is
  // not taken from the file. INVALID_ARGUMENT and NOT_FOUND say what is wrong with it; a row that
  // cannot be read is.
  static absl::StatusOr<JoinedFile> Open(const std::string& text,
                                         const std::vector<std::string>& header,
                                         const std::set<std::string>& wanted);

  // Names of what it adds to a row.
  const std::vector<std::string>& columns() const { return columns_; }
  // What it adds to a row, in the order of the file; empty: it has no such row.
  const std::vector<std::vector<std::string>>& Find(const std::vector<std::string>& row) const;
  // "campaign_id 99 is not in campaign_descriptions.csv.gz", of a row that is not.
  std::string WhyNot(const std::vector<std::string>& row) const;

 private:
  JoinedFile() = default;

  std::string file_;
  std::vector<std::string> key_;
  std::vector<int> key_columns_;  // of the first file's rows
  std::vector<std::string> columns_;
  absl::flat_hash_map<std::string, std::vector<std::vector<std::string>>> rows_;
};

}  // namespace clientele::cli

#endif  // CLIENTELE_TOOLS_CLIENTELE_IMPORT_JOINED_FILE_H_
