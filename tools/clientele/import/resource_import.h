#ifndef CLIENTELE_TOOLS_CLIENTELE_IMPORT_RESOURCE_IMPORT_H_
#define CLIENTELE_TOOLS_CLIENTELE_IMPORT_RESOURCE_IMPORT_H_

// Imports a file of which every row is one customer or item. Rows are sent in
// order. What is stored already with other values stays as it is and is named, or is
// changed with `update`: the fields that have a column, under the etag that was read.
//
//   auto import = MakeCustomerImport(&suite, {.columns = {"customer_id=Kundennummer"}}, header,
//                                    &rejected);

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

#include "tools/clientele/import/contacts.h"
#include "tools/clientele/import/import.h"
#include "tools/clientele/import/item_reader.h"
#include "tools/clientele/import/rejected_rows.h"
#include "tools/clientele/import/suite.h"

namespace clientele::cli {

struct CustomerImportOptions {
  std::vector<std::string> columns;  // "field=CSV header"
  bool update = false;
  BadContactPolicy on_bad_contact = BadContactPolicy::kReject;
};

// The fields that a column may hold; one that ends in "." stands for all that begin so.
const std::vector<std::string>& CustomerFields();

// `suite` and `rejected` are borrowed and outlive the import. INVALID_ARGUMENT when options and
// header do not fit.
absl::StatusOr<std::unique_ptr<Import>> MakeCustomerImport(Suite* suite,
                                                           const CustomerImportOptions& options,
                                                           const std::vector<std::string>& header,
                                                           RejectedRows* rejected);
absl::StatusOr<std::unique_ptr<Import>> MakeItemImport(Suite* suite,
                                                       const ItemImportOptions& options,
                                                       const std::vector<std::string>& header,
                                                       RejectedRows* rejected);

}  // namespace clientele::cli

#endif  // CLIENTELE_TOOLS_CLIENTELE_IMPORT_RESOURCE_IMPORT_H_
