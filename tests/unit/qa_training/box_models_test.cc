#include <cstdint>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "common/inference/torchscript/bundle_writer.h"
#include "tests/support/catch_with_torch.h"
#include "tests/support/paths.h"
#include "tests/support/temporary_folder.h"
#include "tools/clientele-models/generator/evaluate_generator.h"

namespace clientele::models {
namespace {

namespace fs = std::filesystem;

fs::path Box() { return fs::path(clientele::testing::SourceDir()) / "deploy/models"; }

// The folders NAME/VERSION of the box.
std::vector<fs::path> Bundles() {
  std::vector<fs::path> bundles;
  for (const fs::directory_entry& entry : fs::recursive_directory_iterator(Box())) {
    if (entry.path().filename() == "bundle.json") bundles.push_back(entry.path().parent_path());
  }
  return bundles;
}

TEST_CASE("every model in the box is whole, small, and has a card, a license and a recipe") {
  const std::vector<fs::path> bundles = Bundles();
  CHECK(bundles.size() >= 6);
  std::uintmax_t all = 0;
  for (const fs::path& bundle : bundles) {
    INFO(bundle);
    CHECK(inference::VerifyUnsignedBundle(bundle).ok());
    std::ifstream manifest(bundle / "bundle.json");
    CHECK_FALSE(nlohmann::json::parse(manifest).value("license", "").empty());
    const fs::path name = bundle.parent_path();
    CHECK((fs::exists(name / "README.md") || fs::exists(bundle / "model-card.md")));
    CHECK(fs::exists(Box() / "recipes" / (name.filename().string() + ".json")));
    const std::uintmax_t weights = fs::file_size(bundle / "model.pt");
    CHECK(weights <= std::uintmax_t{30} << 20);
    all += weights;
  }
  CHECK(all <= std::uintmax_t{120} << 20);
}

TEST_CASE("the generator in the box answers in the words of the passage, in both languages") {
  const clientele::testing::TemporaryFolder folder;
  const auto csv = folder.Write(
      "questions.csv",
      "question,passage,answer\n"
      "when was the company founded,The company sells tea. It was founded in 1987 in Bristol. It "
      "has 120 shops.,It was founded in 1987 in Bristol.\n"
      "退款要多久？,大多数商品可在签收后30天内退货。银行卡退款在3到5个工作日后到账。,"
      "银行卡退款在3到5个工作日后到账。\n");
  std::ostringstream out;
  std::ostringstream log;
  const absl::Status status =
      EvaluateGenerator({.bundle = Box() / "clientele-generator/1", .file = csv}, out, log);
  INFO(status);
  REQUIRE(status.ok());
  const nlohmann::json metrics = nlohmann::json::parse(out.str());
  CHECK(metrics["supported"].get<double>() == 1);
  CHECK(metrics["rouge_l"].get<double>() > 0.9);
}

}  // namespace
}  // namespace clientele::models
