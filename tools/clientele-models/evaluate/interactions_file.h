#ifndef CLIENTELE_TOOLS_CLIENTELE_MODELS_EVALUATE_INTERACTIONS_FILE_H_
#define CLIENTELE_TOOLS_CLIENTELE_MODELS_EVALUATE_INTERACTIONS_FILE_H_

// Reads who did what with which item from anyone's file.
//
//   CLIENTELE_ASSIGN_OR_RETURN(const InteractionsFile file,
//                              ReadInteractions({.file = "u.data", .user = "1", .item = "2",
//                                                .rating = "3", .time = "4"}));

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

#include "services/recommend-service/training/interaction_log.h"
#include "tools/clientele-models/evaluate/time_column.h"

namespace clientele::models {

struct InteractionColumns {
  std::filesystem::path file = {};
  std::filesystem::path test = {};  // of the same columns; empty: none
  // Names of the header. Numbers, counted from 1, are columns of a file that may have no header:
  // then its first line is a row if what should be numbers there are.
  std::string user = {};
  std::string item = {};
  std::string rating = {};  // empty: not read
  std::string time = {};    // empty: not read
  std::string text = {};    // of the item; empty: not read
  // Empty: found. One ASCII character, the same several times (::), or \t.
  std::string sep = {};
};

struct InteractionsFile {
  recommend::InteractionLog log;     // the rows of `file`, then those of `test`
  std::size_t file_rows = 0;         // that are of `file`
  TimeColumn times;                  // of the rows, where a time is read
  std::vector<std::string> texts;    // of the items, where one is read: the first that is not empty
  std::size_t rows_without_ids = 0;  // left out: no user or no item
};

// INVALID_ARGUMENT names the line of what is wrong, the columns that are missing, or says that
// there are no rows; the reader's own errors as they are.
absl::StatusOr<InteractionsFile> ReadInteractions(const InteractionColumns& columns);

}  // namespace clientele::models

#endif  // CLIENTELE_TOOLS_CLIENTELE_MODELS_EVALUATE_INTERACTIONS_FILE_H_
