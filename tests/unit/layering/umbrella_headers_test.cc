// Headers that include a whole library cost every file that includes them, and what includes those:
// torch/torch.h took two thirds of the time of training files that needed one optimizer of it.
#include <string>
#include <vector>

#include <catch2/catch_test_macros.hpp>

#include "tests/support/paths.h"
#include "tests/unit/layering/include_reader.h"

namespace clientele::layering {
namespace {

const std::vector<std::string>& UmbrellaHeaders() {
  static const std::vector<std::string> headers = {
      "bits/stdc++.h",     "catch2/catch_all.hpp", "opencv2/opencv.hpp", "torch/all.h",
      "torch/extension.h", "torch/nn.h",           "torch/optim.h",      "torch/script.h",
      "torch/serialize.h", "torch/torch.h"};
  return headers;
}

TEST_CASE("no file includes the header of a whole library") {
  std::string problems;
  int includes = 0;
  for (const SourceFile& file :
       ReadSources(testing::SourceDir(), {"common", "services", "tools", "tests"})) {
    for (const Include& include : file.includes) {
      ++includes;
      for (const std::string& header : UmbrellaHeaders()) {
        if (include.header == header) problems += file.path + " includes " + header + "\n";
      }
    }
  }
  INFO(problems);
  CHECK(problems.empty());
  CHECK(includes > 5000);
}

}  // namespace
}  // namespace clientele::layering
