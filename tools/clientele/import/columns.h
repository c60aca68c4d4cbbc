#ifndef CLIENTELE_TOOLS_CLIENTELE_IMPORT_COLUMNS_H_
#define CLIENTELE_TOOLS_CLIENTELE_IMPORT_COLUMNS_H_

// Which column of a CSV file holds which field.
//
//   CLIENTELE_ASSIGN_OR_RETURN(const Columns columns,
//       Columns::Create({"customer_id", "quantity"}, {"customer_id=Customer ID"}, header));
//   columns.Get(row, "customer_id");   // "" where the file has no such column
//
// A field's column is the one of its own name unless a mapping says otherwise.
// Plain value; thread-safe when not modified.

#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace clientele::cli {

class Columns {
 public:
  // `fields` may end in "." to allow every name that starts so ("attribute.").
  // `mappings` are "field=CSV header". INVALID_ARGUMENT when a mapping names no
  // field or no header; the message lists what there is.
  static absl::StatusOr<Columns> Create(const std::vector<std::string>& fields,
                                        const std::vector<std::string>& mappings,
                                        const std::vector<std::string>& header);

  // The position of the field's column, or -1.
  int Index(absl::string_view field) const;
  bool Has(absl::string_view field) const { return Index(field) >= 0; }
  // The field's text in `row`, without surrounding spaces; empty for a word that says so
  // (empty_word.h).
  absl::string_view Get(const std::vector<std::string>& row, absl::string_view field) const;
  static absl::string_view At(const std::vector<std::string>& row, int index);
  // Names after `prefix`, with their positions.
  std::vector<std::pair<std::string, int>> WithPrefix(absl::string_view prefix) const;

  // Fields that have a column, by name.
  std::vector<std::string> Mapped() const;

  // INVALID_ARGUMENT, with advice, when the file has no column for `field`.
  absl::Status Require(absl::string_view field) const;

 private:
  std::map<std::string, int> index_;
  std::vector<std::string> header_;
};

// The position of `name` in `header`; INVALID_ARGUMENT with the header when it is not there, or
// there twice.
absl::StatusOr<int> FindHeader(const std::vector<std::string>& header, absl::string_view name);

// The names by which a file's header is recognized: `fields` and the headers of `mappings`.
std::vector<std::string> HeaderNames(const std::vector<std::string>& fields,
                                     const std::vector<std::string>& mappings);

}  // namespace clientele::cli

#endif  // CLIENTELE_TOOLS_CLIENTELE_IMPORT_COLUMNS_H_
