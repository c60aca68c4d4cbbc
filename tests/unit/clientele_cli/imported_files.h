#ifndef CLIENTELE_TESTS_UNIT_CLIENTELE_CLI_IMPORTED_FILES_H_
#define CLIENTELE_TESTS_UNIT_CLIENTELE_CLI_IMPORTED_FILES_H_

#include <fstream>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"

#include "tests/support/temporary_folder.h"
#include "tests/unit/clientele_cli/fake_suite.h"
#include "tools/clientele/import/article_import.h"
#include "tools/clientele/import/columns.h"
#include "tools/clientele/import/event_import.h"
#include "tools/clientele/import/import_file.h"
#include "tools/clientele/import/resource_import.h"

namespace clientele::cli {

struct Imported {
  absl::Status status;
  std::string printed;
  std::string side_file;  // empty: none
};

inline bool Has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

// Imports the content of files into a suite in memory.
class ImportedFiles {
 public:
  FakeSuite suite;

  Imported Customers(const std::string& content, const CustomerImportOptions& options = {},
                     const csv::CsvOptions& csv = {}) {
    return Import(content, csv, CustomerFields(), options.columns,
                  [&](const auto& header, RejectedRows* rejected) {
                    return MakeCustomerImport(&suite, options, header, rejected);
                  });
  }
  Imported Items(const std::string& content, const ItemImportOptions& options = {}) {
    return Import(content, {}, ItemFields(), options.columns,
                  [&](const auto& header, RejectedRows* rejected) {
                    return MakeItemImport(&suite, options, header, rejected);
                  });
  }
  Imported Articles(const std::string& content, const ArticleImportOptions& options = {}) {
    return Import(content, {}, ArticleFields(), options.columns,
                  [&](const auto& header, RejectedRows* rejected) {
                    return ArticleImport::Create(&suite, options, header, rejected);
                  });
  }
  Imported Events(const std::string& content, const EventImportOptions& options = {},
                  const EventJoins& joins = {}) {
    return Import(content, {}, EventFields(), options.line.columns,
                  [&](const auto& header, RejectedRows* rejected) {
                    return MakeEventImport(&suite, options, joins, header, rejected);
                  });
  }
  const profile::v1::Customer& Customer(const std::string& id) {
    return suite.customers.at("customers/" + id);
  }

 private:
  Imported Import(const std::string& content, csv::CsvOptions csv,
                  const std::vector<std::string>& fields, const std::vector<std::string>& columns,
                  const MakeImport& make) {
    const testing::TemporaryFolder folder;
    ImportFileOptions options;
    options.what = "rows";
    options.file = folder.Write("a.csv", content).string();
    options.csv = std::move(csv);
    options.csv.names = HeaderNames(fields, columns);
    std::ostringstream out;
    Imported imported;
    imported.status = ImportFile(options, make, out);
    imported.printed = out.str();
    std::ifstream side(options.file + ".rejected.csv", std::ios::binary);
    std::ostringstream text;
    text << side.rdbuf();
    imported.side_file = text.str();
    return imported;
  }
};

}  // namespace clientele::cli

#endif  // CLIENTELE_TESTS_UNIT_CLIENTELE_CLI_IMPORTED_FILES_H_
