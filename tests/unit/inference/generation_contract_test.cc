#include <functional>

#include <ATen/ATen.h>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <torch/csrc/jit/api/module.h>

#include "absl/strings/str_replace.h"

#include "common/inference/bundle/generator_contract.h"
#include "common/inference/bundle/manifest.h"
#include "common/inference/bundle/step_check.h"
#include "common/inference/torchscript/bundle_writer.h"
#include "common/inference/torchscript/torchscript_runner.h"
#include "common/inference/versions/model_handle.h"
#include "tests/support/catch_with_torch.h"
#include "tests/support/temporary_folder.h"
#include "tests/unit/inference/tiny_generator.h"

namespace clientele::inference {
namespace {

using Catch::Matchers::ContainsSubstring;
using clientele::testing::TemporaryFolder;
using testing::ExpectedLogits;
using testing::kGeneratorPositions;
using testing::kVocabulary;
using testing::TinyGeneratorManifest;
using testing::TinyGeneratorOf;
using testing::TinyGeneratorSource;

constexpr GeneratorKind kDecoder = GeneratorKind::kDecoder;
constexpr GeneratorKind kEncoderDecoder = GeneratorKind::kEncoderDecoder;

// The check of a tiny generator in whose source one piece is replaced.
absl::Status CheckWith(GeneratorKind kind, const std::string& piece,
                       const std::string& replacement) {
  std::string source = TinyGeneratorSource(kind);
  REQUIRE(source.find(piece) != std::string::npos);
  source = absl::StrReplaceAll(source, {{piece, replacement}});
  const model::v1::Bundle manifest = TinyGeneratorManifest(kind);
  const auto runner = TorchScriptRunner::FromModule(TinyGeneratorOf(source), manifest);
  REQUIRE(runner.ok());
  return CheckPrefillAndStep(**runner, manifest, 3, 6);
}

}  // namespace

TEST_CASE("a generator that keeps the contract passes at every size") {
  for (const GeneratorKind kind : {kDecoder, kEncoderDecoder}) {
    const model::v1::Bundle manifest = TinyGeneratorManifest(kind);
    const auto runner =
        TorchScriptRunner::FromModule(testing::TinyGenerator(kind), manifest).value();
    for (const auto& [rows, length] : std::vector<std::pair<std::int64_t, std::int64_t>>{
             {1, 1}, {1, 8}, {3, 2}, {8, 32}, {2, kGeneratorPositions}}) {
      const absl::Status status = CheckPrefillAndStep(*runner, manifest, rows, length);
      INFO(status.message());
      CHECK(status.ok());
    }
  }
}

TEST_CASE("prefill and step give the logits that can be computed without a cache") {
  const auto runner = TorchScriptRunner::FromModule(testing::TinyGenerator(kDecoder),
                                                    TinyGeneratorManifest(kDecoder))
                          .value();
  const at::Tensor ids = at::tensor({3, 9, 2, 8, 0, 0}, at::kLong).reshape({2, 3});
  const at::Tensor mask = at::tensor({1, 1, 1, 1, 0, 0}, at::kLong).reshape({2, 3});
  const auto prefilled = runner->Run("prefill", {ids, mask}).value();
  const auto row = [](const at::Tensor& logits, std::int64_t at) {
    const float* data = logits.data_ptr<float>() + at * kVocabulary;
    return std::vector<float>(data, data + kVocabulary);
  };
  CHECK(row(prefilled[0], 0) == ExpectedLogits({3, 9, 2}));
  CHECK(row(prefilled[0], 1) == ExpectedLogits({8}));

  at::Tensor pool = at::full({testing::kLayers, 2, 3, testing::kHeads, 6, testing::kWidth}, 5.0);
  pool.narrow(2, 0, 2).narrow(4, 0, 3).copy_(prefilled[1]);
  const at::Tensor view = pool.narrow(2, 0, 2).narrow(4, 0, 4);
  const auto stepped =
      runner->Run("step", {at::tensor({7, 6}, at::kLong), at::tensor({3, 1}, at::kLong), view})
          .value();
  CHECK(row(stepped[0], 0) == ExpectedLogits({3, 9, 2, 7}));
  CHECK(row(stepped[0], 1) == ExpectedLogits({8, 6}));
}

TEST_CASE("a step that breaks the contract is rejected with what is wrong") {
  const auto message = [](const absl::Status& status) { return std::string(status.message()); };
  for (const GeneratorKind kind : {kDecoder, kEncoderDecoder}) {
    // Nothing is kept; one layer only; keys only; at another place; everywhere.
    const std::string write = "cells[rows, :, positions] = new";
    CHECK_THAT(message(CheckWith(kind, "cells = cache[layer, part]",
                                 "cells = cache[layer, part].clone()")),
               ContainsSubstring("does not write"));
    CHECK_THAT(message(CheckWith(kind, "range(cache.size(0))", "range(1)")),
               ContainsSubstring("does not write"));
    CHECK_THAT(message(CheckWith(kind, "for part in range(2)", "for part in range(1)")),
               ContainsSubstring("does not write"));
    CHECK_THAT(message(CheckWith(kind, write, "cells[rows, :, positions * 0] = new")),
               ContainsSubstring("writes to the cache beside"));
    CHECK_THAT(message(CheckWith(kind, write, "cells.add_(0.5)\n            " + write)),
               ContainsSubstring("writes to the cache beside"));
    CHECK_THAT(message(CheckWith(kind, "def step(self, ids,", "def other(self, ids,")),
               ContainsSubstring("does not run in step()"));
    CHECK_THAT(message(CheckWith(kind, "* -0.02", "/ 0.0")), ContainsSubstring("not finite"));
  }
}

TEST_CASE("a decoder whose step disagrees with its prefill is rejected") {
  const auto disagrees = ContainsSubstring("other logits in step()");
  // Sees what lies beyond a row's positions; does not see the new token; counts positions
  // from elsewhere; ignores padding in prefill.
  CHECK_THAT(std::string(CheckWith(kDecoder, "<= positions.unsqueeze(1)", ">= 0").message()),
             disagrees);
  CHECK_THAT(
      std::string(
          CheckWith(kDecoder, "<= positions.unsqueeze(1)", "< positions.unsqueeze(1)").message()),
      disagrees);
  CHECK_THAT(std::string(CheckWith(kDecoder, "self.cells(ids.unsqueeze(1), positions.unsqueeze(1))",
                                   "self.cells(ids.unsqueeze(1), positions.unsqueeze(1) + 1)")
                             .message()),
             disagrees);
  CHECK_THAT(std::string(CheckWith(kDecoder, "self.sum_of(cache, mask)",
                                   "self.sum_of(cache, torch.ones_like(mask))")
                             .message()),
             disagrees);
}

TEST_CASE("an encoder-decoder whose step looks at padding is rejected") {
  const auto looks = ContainsSubstring("looks at padding");
  CHECK_THAT(std::string(CheckWith(kEncoderDecoder, "self.sum_of(cross, source_mask)",
                                   "self.sum_of(cross, torch.ones_like(source_mask))")
                             .message()),
             looks);
  CHECK_THAT(std::string(CheckWith(kEncoderDecoder, "self.held(cache, positions)",
                                   "self.held(cache, positions + 1)")
                             .message()),
             looks);
}

TEST_CASE("a prefill of another layout is rejected") {
  CHECK_FALSE(CheckWith(kDecoder, "self.sum_of(cache, mask)), cache",
                        "self.sum_of(cache, mask)), cache.transpose(2, 4)")
                  .ok());
  CHECK_FALSE(
      CheckWith(kEncoderDecoder, "cache, cross, mask\n", "cache, cross[:, :, :, :, 1:], mask\n")
          .ok());
}

TEST_CASE("a handle serves a generator that passes and rejects one that does not") {
  TemporaryFolder folder;
  const auto key = crypto::SigningKey::Generate();
  const std::vector<at::Tensor> golden = {at::tensor({3, 5, 7, 2}, at::kLong).reshape({1, 4}),
                                          at::ones({1, 4}, at::kLong)};
  for (const GeneratorKind kind : {kDecoder, kEncoderDecoder}) {
    const std::string version = kind == kDecoder ? "1" : "2";
    REQUIRE(WriteBundle({.model_dir = folder.path()}, testing::TinyGenerator(kind),
                        TinyGeneratorManifest(kind, version), {}, golden, key)
                .ok());
    const auto handle =
        ModelHandle<GeneratorModel>::Create({.model_dir = folder.path(),
                                             .name = "tiny-generator",
                                             .task = model::v1::TASK_TEXT_GENERATOR,
                                             .public_key = key.public_key(),
                                             .runners = TorchScriptRunner::Load,
                                             .refresh_interval = absl::ZeroDuration()})
            .value();
    REQUIRE(handle->Current() != nullptr);
    CHECK(handle->Current()->id() == "tiny-generator/" + version);
  }
  const std::string broken =
      absl::StrReplaceAll(TinyGeneratorSource(kDecoder), {{"<= positions", ">= positions"}});
  const auto written = WriteBundle({.model_dir = folder.path()}, TinyGeneratorOf(broken),
                                   TinyGeneratorManifest(kDecoder, "3"), {}, golden, key);
  CHECK_THAT(std::string(written.status().message()), ContainsSubstring("other logits in step()"));
}

TEST_CASE("ids outside the vocabulary never reach a generator") {
  const auto runner = TorchScriptRunner::FromModule(testing::TinyGenerator(kDecoder),
                                                    TinyGeneratorManifest(kDecoder))
                          .value();
  const at::Tensor mask = at::ones({1, 1}, at::kLong);
  CHECK(runner->Run("prefill", {at::full({1, 1}, kVocabulary - 1, at::kLong), mask}).ok());
  CHECK(absl::IsInvalidArgument(
      runner->Run("prefill", {at::full({1, 1}, kVocabulary, at::kLong), mask}).status()));
}

TEST_CASE("the manifest's contract is read in numbers") {
  const auto contract = ReadGeneratorContract(TinyGeneratorManifest(kEncoderDecoder)).value();
  CHECK(contract.kind == kEncoderDecoder);
  CHECK(contract.end_ids == std::vector<std::int64_t>{testing::kEndId});
  CHECK(contract.vocabulary == kVocabulary);
  CHECK(contract.max_tokens == kGeneratorPositions);
  CHECK(contract.bytes_per_position() == testing::kPositionBytes);

  model::v1::Bundle several = TinyGeneratorManifest(kDecoder);
  (*several.mutable_settings())["end_ids"] = "4, 7";
  (*several.mutable_settings())["pad_id"] = "9";
  CHECK(ReadGeneratorContract(several)->end_ids == std::vector<std::int64_t>{4, 7});
  CHECK(ReadGeneratorContract(several)->pad_id == 9);
  several.mutable_settings()->erase("end_ids");
  CHECK(ReadGeneratorContract(several)->end_ids.empty());
}

TEST_CASE("a manifest that breaks the contract of a generator is refused by field") {
  using Change = std::function<void(model::v1::Bundle&)>;
  const std::vector<std::pair<std::string, Change>> changes = {
      {"settings.architecture_kind",
       [](auto& m) { m.mutable_settings()->erase("architecture_kind"); }},
      {"settings.architecture_kind",
       [](auto& m) { (*m.mutable_settings())["architecture_kind"] = "decoder-only"; }},
      {"settings.end_ids", [](auto& m) { (*m.mutable_settings())["end_ids"] = "4,x"; }},
      {"settings.end_ids", [](auto& m) { (*m.mutable_settings())["end_ids"] = "23"; }},
      {"settings.pad_id", [](auto& m) { (*m.mutable_settings())["pad_id"] = "-1"; }},
      {"settings.start_id", [](auto& m) { m.mutable_settings()->erase("start_id"); }},
      {"settings.start_id", [](auto& m) { (*m.mutable_settings())["start_id"] = "99"; }},
      {"outputs", [](auto& m) { m.mutable_outputs()->RemoveLast(); }},
      {"outputs[0].shape", [](auto& m) { m.mutable_outputs(0)->set_shape(1, -1); }},
      {"outputs[1].shape", [](auto& m) { m.mutable_outputs(1)->set_shape(0, -1); }},
      {"outputs[1].shape", [](auto& m) { m.mutable_outputs(1)->set_shape(1, 3); }},
      {"outputs[1].shape", [](auto& m) { m.mutable_outputs(1)->set_shape(2, 8); }},
      {"outputs[2].shape", [](auto& m) { m.mutable_outputs(2)->set_shape(3, 5); }},
      {"outputs[3].shape",
       [](auto& m) { m.mutable_outputs(3)->set_dtype(model::v1::DATA_TYPE_FLOAT32); }},
      {"limits.max_tokens", [](auto& m) { m.mutable_limits()->set_max_tokens(0); }},
  };
  REQUIRE(CheckInterface(TinyGeneratorManifest(kEncoderDecoder), "tiny-generator", "1").ok());
  for (const auto& [field, change] : changes) {
    model::v1::Bundle manifest = TinyGeneratorManifest(kEncoderDecoder);
    change(manifest);
    const absl::Status status = CheckInterface(manifest, "tiny-generator", "1");
    INFO(field << ": " << status.message());
    CHECK(absl::IsInvalidArgument(status));
    CHECK_THAT(std::string(status.message()), ContainsSubstring(field));
  }
}

}  // namespace clientele::inference
