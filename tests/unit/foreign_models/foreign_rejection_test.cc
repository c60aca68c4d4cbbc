// Foreign models that break the contract: each is told what is wrong, and none serves.

#include <string>

#include <ATen/ATen.h>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <torch/csrc/jit/api/module.h>

#include "absl/strings/str_replace.h"

#include "common/inference/model_runner.h"
#include "tests/support/catch_with_torch.h"
#include "tests/unit/foreign_models/contract_page.h"
#include "tests/unit/foreign_models/foreign_encoder.h"
#include "tests/unit/foreign_models/foreign_generators.h"
#include "tests/unit/foreign_models/model_folder.h"

namespace clientele::foreign {
namespace {

using Catch::Matchers::ContainsSubstring;
using model::v1::TASK_TEXT_ENCODER;
using model::v1::TASK_TEXT_GENERATOR;

torch::jit::Module EncoderOf(const std::string& methods) {
  torch::jit::Module module("Encoder");
  module.register_buffer("table", at::ones({kBuckets + 1, kTextWidth}));
  module.define(methods);
  return module;
}

// What `sign` says; without a signature the model serves nowhere.
std::string Refused(const torch::jit::Module& module, const std::string& manifest,
                    model::v1::Task task) {
  ModelFolder models;
  models.Write("broken", module, manifest);
  const std::string said = models.Sign("broken");
  CHECK(models.Open("broken", task)->Current() == nullptr);
  return said;
}

std::string RefusedEncoder(const std::string& methods) {
  return Refused(EncoderOf(methods), ForeignTextEncoderManifest(), TASK_TEXT_ENCODER);
}

// The decoder with one thing changed.
std::string RefusedDecoder(const std::string& from, const std::string& to) {
  const std::string methods = absl::StrReplaceAll(ForeignDecoderMethods(), {{from, to}});
  REQUIRE(methods != ForeignDecoderMethods());
  return Refused(DecoderOf(methods), ForeignDecoderManifest(), TASK_TEXT_GENERATOR);
}

}  // namespace

TEST_CASE("a module without its task's method is refused") {
  CHECK_THAT(RefusedEncoder("def encode(self, ids, mask):\n    return self.table[0:1]\n"),
             ContainsSubstring("must have the method forward()"));
}

TEST_CASE("a module whose output has another width than its manifest says is refused") {
  const std::string wide = absl::StrReplaceAll(ForeignTextEncoderManifest(), {{"-1, 3", "-1, 4"}});
  CHECK_THAT(Refused(ForeignTextEncoder(), wide, TASK_TEXT_ENCODER),
             ContainsSubstring("output 0 must have length 4 on axis 1, not 3"));
}

TEST_CASE("a module whose output has another element type is refused") {
  CHECK_THAT(RefusedEncoder("def forward(self, ids, mask):\n"
                            "    return torch.embedding(self.table, ids).sum(1).double()\n"),
             ContainsSubstring("output 0 must have element type DATA_TYPE_FLOAT32"));
}

TEST_CASE("a module that gives more than its manifest says is refused") {
  CHECK_THAT(RefusedEncoder("def forward(self, ids, mask):\n"
                            "    rows = torch.embedding(self.table, ids).sum(1)\n"
                            "    return rows, rows\n"),
             ContainsSubstring("gave 2 tensors; its bundle says 1"));
}

TEST_CASE("a manifest with a field that nobody knows is refused by its name") {
  const std::string manifest =
      absl::StrReplaceAll(ForeignTextEncoderManifest(), {{"\"normalized\"", "\"normalised\""}});
  CHECK_THAT(Refused(ForeignTextEncoder(), manifest, TASK_TEXT_ENCODER),
             ContainsSubstring("normalised"));
}

TEST_CASE("a manifest whose tensors are not those of its task is refused") {
  const std::string manifest = absl::StrReplaceAll(ForeignTextEncoderManifest(),
                                                   {{"\"shape\": [-1, 3]", "\"shape\": [-1]"}});
  CHECK_THAT(Refused(ForeignTextEncoder(), manifest, TASK_TEXT_ENCODER),
             ContainsSubstring("outputs[0].shape: the task's contract requires 2 axes"));
}

TEST_CASE("a generator whose step keeps its keys to itself is refused") {
  CHECK_THAT(RefusedDecoder("        keys[rows, :, positions] = key\n", ""),
             ContainsSubstring("does not write keys and values of every layer in place in step()"));
}

TEST_CASE("a generator whose step writes where it must not is refused") {
  CHECK_THAT(RefusedDecoder("values[rows, :, positions] = value",
                            "values[rows, :, positions] = value\n"
                            "        values[rows, :, positions - 1] = value"),
             ContainsSubstring("writes to the cache beside each row's own position in step()"));
}

TEST_CASE("a generator whose step looks at what is not there yet is refused") {
  CHECK_THAT(RefusedDecoder("held.logical_not().unsqueeze(1)", "held.lt(0).unsqueeze(1)"),
             ContainsSubstring("gives other logits in step() than in a prefill()"));
}

TEST_CASE("a model that was changed after it was signed is rejected") {
  ModelFolder models;
  models.Write("my-encoder", ForeignTextEncoder(), ForeignTextEncoderManifest());
  REQUIRE(models.Sign("my-encoder") == "");
  EncoderOf(MethodsOf("TEXT_ENCODER")).save(models.path() / "my-encoder" / "1" / "model.pt");
  const auto handle = models.Open("my-encoder", TASK_TEXT_ENCODER);
  CHECK(handle->Current() == nullptr);
  CHECK_THAT(RejectedFor(handle->Versions()), ContainsSubstring("model.pt"));
}

TEST_CASE("a model of another task than the service wants is rejected") {
  ModelFolder models;
  models.Write("my-encoder", ForeignTextEncoder(), ForeignTextEncoderManifest());
  REQUIRE(models.Sign("my-encoder") == "");
  const auto handle = models.Open("my-encoder", TASK_TEXT_GENERATOR);
  CHECK(handle->Current() == nullptr);
  CHECK_THAT(RejectedFor(handle->Versions()),
             ContainsSubstring("a TASK_TEXT_GENERATOR is wanted here"));
}

}  // namespace clientele::foreign
