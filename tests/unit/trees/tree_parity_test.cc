// Equality with the libraries' own margins and contributions, where ../shared/trees is.

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include <catch2/catch_test_macros.hpp>

#include "absl/strings/numbers.h"
#include "absl/strings/str_split.h"

#include "common/modeling/trees/lightgbm_model.h"
#include "common/modeling/trees/xgboost_model.h"
#include "tests/support/paths.h"

namespace clientele::modeling {
namespace {

namespace fs = std::filesystem;

struct Table {
  std::vector<double> values;
  std::size_t rows = 0;
};

Table ReadTable(const fs::path& path) {
  std::ifstream in(path);
  std::string line;
  std::getline(in, line);
  Table table;
  while (std::getline(in, line)) {
    for (const absl::string_view cell : absl::StrSplit(line, ',')) {
      double value = std::nan("");
      if (!cell.empty()) REQUIRE(absl::SimpleAtod(cell, &value));
      table.values.push_back(value);
    }
    ++table.rows;
  }
  return table;
}

// The largest difference, in units of the largest expected value. Rows that were not written down
// are not compared.
double Distance(const Table& expected, const std::vector<double>& actual) {
  REQUIRE(actual.size() >= expected.values.size());
  double largest = 0;
  double scale = 0;
  for (std::size_t i = 0; i < expected.values.size(); ++i) {
    largest = std::max(largest, std::abs(expected.values[i] - actual[i]));
    scale = std::max(scale, std::abs(expected.values[i]));
  }
  return largest / scale;
}

absl::StatusOr<TreeEnsemble> Read(const fs::path& file) {
  return file.extension() == ".txt" ? ReadLightgbmModel(file) : ReadXgboostModel(file);
}

TEST_CASE("margins and contributions are the libraries' within 2e-6 of the largest") {
  const fs::path shared = fs::path(clientele::testing::SourceDir()) / "../shared/trees";
  if (!fs::exists(shared)) SKIP("shared/trees is not here");
  int compared = 0;
  for (const auto& folder : fs::directory_iterator(shared)) {
    for (const char* name : {"model.json", "model.ubj", "model.txt"}) {
      if (!fs::exists(folder.path() / name)) continue;
      const auto ensemble = Read(folder.path() / name);
      INFO(folder.path() << " " << name << ": " << ensemble.status());
      REQUIRE(ensemble.ok());
      for (const std::string prefix : {"", "probe_"}) {
        for (const std::string suffix : {"", "_unseen"}) {
          const fs::path inputs = folder.path() / (prefix + "inputs" + suffix + ".csv");
          if (!fs::exists(inputs)) continue;
          const Table rows = ReadTable(inputs);
          const auto count = static_cast<std::int64_t>(rows.rows);
          const fs::path margins = folder.path() / (prefix + "margins" + suffix + ".csv");
          if (fs::exists(margins)) {
            std::vector<double> actual(rows.rows * ensemble->base.size());
            inference::TreeMargins(ensemble->View(), rows.values.data(), count, actual.data());
            CHECK(Distance(ReadTable(margins), actual) < 2e-6);
            ++compared;
          }
          const fs::path contributions = folder.path() / ("contributions" + suffix + ".csv");
          if (prefix.empty() && fs::exists(contributions)) {
            std::vector<double> actual(rows.rows * ensemble->base.size() *
                                       (ensemble->features.size() + 1));
            inference::TreeContributions(ensemble->View(), rows.values.data(), count,
                                         actual.data());
            CHECK(Distance(ReadTable(contributions), actual) < 2e-6);
            ++compared;
          }
        }
      }
    }
  }
  CHECK(compared > 30);
}

}  // namespace
}  // namespace clientele::modeling
