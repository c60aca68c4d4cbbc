#include "common/inference/torchscript/stored_weights.h"

#include <cmath>

#include "services/qa-service/training/encoder/encoder_publication.h"
#include "services/qa-service/training/encoder_bundle.h"
#include "tests/support/temporary_folder.h"
#include "tests/unit/encoder/tiny_encoder.h"

namespace clientele::qa {
namespace {

namespace fs = std::filesystem;
using clientele::testing::TemporaryFolder;
using testing::TinyManifest;
using testing::TinyModule;

TEST_CASE("a bundle stored in half the space gives the same vectors within a thousandth") {
  const TemporaryFolder folder;
  const fs::path whole = testing::WriteTinyEncoder(folder.path());
  const torch::jit::Module module = TinyModule(1.3);
  const auto half = PublishEncoder(module, TinyManifest("half"), {},
                                   {.out = folder.path(), .name = "half", .version = "1"});
  INFO(half.status());
  REQUIRE(half.ok());
  CHECK(module.attr("tokens").toTensor().scalar_type() == at::kFloat);  // the caller's own
  CHECK(2 * fs::file_size(*half / "model.pt") <
        fs::file_size(whole / "model.pt") + 8192);  // source and directory of the archive

  const auto first = EncoderBundle::Open(whole);
  const auto second = EncoderBundle::Open(*half);
  INFO(second.status());
  REQUIRE((first.ok() && second.ok()));
  const std::vector<std::string> texts = {"where is my parcel", "我想退货", "refund"};
  const auto expected = (*first)->Encode(texts, {});
  const auto actual = (*second)->Encode(texts, {});
  REQUIRE((expected.ok() && actual.ok()));
  REQUIRE(actual->vectors.size() == expected->vectors.size());
  float largest = 0;
  for (std::size_t i = 0; i < actual->vectors.size(); ++i) {
    largest = std::max(largest, std::abs(actual->vectors[i] - expected->vectors[i]));
  }
  CHECK(largest < 1e-3f);
  CHECK(largest > 0);  // it was stored in half
  const auto loaded = (*second)->LoadModule();
  REQUIRE(loaded.ok());
  CHECK(loaded->attr("tokens").toTensor().scalar_type() == at::kFloat);
}

TEST_CASE("an encoder says how words weigh beside its vectors, or is refused") {
  const TemporaryFolder folder;
  const auto opened = [&](const std::string& name, const char* weight) {
    model::v1::Bundle manifest = TinyManifest(name);
    if (weight != nullptr) (*manifest.mutable_settings())["lexical_weight"] = weight;
    const auto written = PublishEncoder(TinyModule(1.3), manifest, {},
                                        {.out = folder.path(), .name = name, .version = "1"});
    INFO(written.status());
    REQUIRE(written.ok());
    return EncoderBundle::Open(*written);
  };
  const auto said = opened("said", "0.8");
  REQUIRE(said.ok());
  CHECK((*said)->lexical_weight() == 0.8);
  const auto silent = opened("silent", nullptr);
  REQUIRE(silent.ok());
  CHECK_FALSE((*silent)->lexical_weight().has_value());
  CHECK_FALSE(opened("wrong", "1.5").ok());
  CHECK_FALSE(opened("text", "much").ok());
}

TEST_CASE("only a manifest that says so has its weights widened") {
  torch::jit::Module module = inference::StoreAsHalf(TinyModule(1.3));
  CHECK(module.attr("tokens").toTensor().scalar_type() == at::kHalf);
  model::v1::Bundle manifest = TinyManifest("encoder");
  inference::WidenStoredWeights(module, manifest);
  CHECK(module.attr("tokens").toTensor().scalar_type() == at::kHalf);
  (*manifest.mutable_settings())[inference::kStoredWeightsSetting] = inference::kStoredAsHalf;
  inference::WidenStoredWeights(module, manifest);
  CHECK(module.attr("tokens").toTensor().scalar_type() == at::kFloat);
}

}  // namespace
}  // namespace clientele::qa
