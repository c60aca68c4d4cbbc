#ifndef CLIENTELE_TOOLS_CLIENTELE_IMPORT_ITEM_READER_H_
#define CLIENTELE_TOOLS_CLIENTELE_IMPORT_ITEM_READER_H_

// An item from a row of a file.
//
//   item_id,title,category_path,brand,attribute.color,attribute.weight:number,attribute.sizes:list
//   mug-1,Red mug,Home|Kitchen|Mugs,Acme,red,0.3,S|M|L
//
// `category_path` (the widest category first) and `image_uris` (the main picture first) are lists
// and stand for two fields of an item each; an attribute is a text unless ":number" or ":list"
// stands behind its name. Values of a list are separated by "|".

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "clientele/recommend/v1/recommend_service.pb.h"

#include "tools/clientele/import/columns.h"
#include "tools/clientele/import/decimal.h"
#include "tools/clientele/import/event_time.h"
#include "tools/clientele/import/resource_reader.h"

namespace clientele::cli {

struct ItemImportOptions {
  std::vector<std::string> columns;
  bool update = false;
  std::string currency = "GBP";  // of rows that name none
  DecimalMark decimal_mark = DecimalMark::kPoint;
  TimeFormat time_format = {};  // of available_from and available_until
};

// The fields that a column may hold; one that ends in "." stands for all that begin so.
const std::vector<std::string>& ItemFields();

// INVALID_ARGUMENT for columns that say the same, such as `category` and `category_path`, and for a
// kind of attribute that there is not.
absl::StatusOr<std::unique_ptr<ResourceReader<recommend::v1::Item>>> MakeItemReader(
    Columns columns, const ItemImportOptions& options);

}  // namespace clientele::cli

#endif  // CLIENTELE_TOOLS_CLIENTELE_IMPORT_ITEM_READER_H_
