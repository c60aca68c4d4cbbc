#ifndef CLIENTELE_TOOLS_CLIENTELE_IMPORT_RESOURCE_IMPORT_H_
#define CLIENTELE_TOOLS_CLIENTELE_IMPORT_RESOURCE_IMPORT_H_

// Imports a file of which every row is one customer or item. Rows are sent in
// order; what exists already stays as it is.
//
//   auto import = MakeCustomerImport(&suite, {"customer_id=Kundennummer"}, header, &rejected);

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

#include "tools/clientele/import/import.h"
#include "tools/clientele/import/rejected_rows.h"
#include "tools/clientele/import/suite.h"

namespace clientele::cli {

// Fields: customer_id, display_name, email, phone, language_code, region and
// attribute.NAME. `suite` and `rejected` are borrowed and outlive the import.
absl::StatusOr<std::unique_ptr<Import>> MakeCustomerImport(Suite* suite,
                                                           const std::vector<std::string>& columns,
                                                           const std::vector<std::string>& header,
                                                           RejectedRows* rejected);

// Fields: item_id, title, description, category, price, currency_code, image_uri.
// `currency` is for rows that name none.
absl::StatusOr<std::unique_ptr<Import>> MakeItemImport(Suite* suite,
                                                       const std::vector<std::string>& columns,
                                                       const std::string& currency,
                                                       const std::vector<std::string>& header,
                                                       RejectedRows* rejected);

}  // namespace clientele::cli

#endif  // CLIENTELE_TOOLS_CLIENTELE_IMPORT_RESOURCE_IMPORT_H_
