#include "common/csv/csv_cell.h"

#include <catch2/catch_test_macros.hpp>

namespace clientele::csv {
namespace {

TEST_CASE("a field is written in quotes where a reader would take it for more than one") {
  CHECK(CsvCell("") == "");
  CHECK(CsvCell("Red mug; 怎么退货") == "Red mug; 怎么退货");
  CHECK(CsvCell("a,b") == "\"a,b\"");
  CHECK(CsvCell("a \"b\"") == "\"a \"\"b\"\"\"");
  CHECK(CsvCell("a\nb") == "\"a\nb\"");
  CHECK(CsvCell("a\rb") == "\"a\rb\"");
}

}  // namespace
}  // namespace clientele::csv
