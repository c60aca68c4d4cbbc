#include <algorithm>
#include <cstdlib>
#include <memory>
#include <thread>
#include <vector>

#include "absl/strings/str_format.h"

#include "common/inference/generation/cached_generator.h"
#include "common/inference/generation/text_generator.h"
#include "common/status/status_macros.h"
#include "tests/bench/models/machine.h"
#include "tests/bench/models/measure.h"
#include "tests/bench/models/topics.h"

namespace clientele::bench {
namespace {

using inference::CachedGenerator;
using inference::CacheShape;
using inference::GeneratorModel;
using inference::TextGenerator;

constexpr int kSequences = 16;
constexpr std::int64_t kPrompt = 64;
constexpr std::int64_t kNew = 64;
constexpr int kGenerationRounds = 3;
constexpr int kStepRounds = 7;

std::vector<std::int64_t> Prompt(int index) {
  std::vector<std::int64_t> ids;
  for (std::int64_t i = 0; i < kPrompt; ++i) {
    ids.push_back((i * 7919 + std::int64_t{index} * 104'729 + 17) % kGeneratorVocabulary);
  }
  return ids;
}

void Generate(TextGenerator& generator, const std::shared_ptr<const GeneratorModel>& model,
              int index) {
  const auto text = generator.Generate(
      RequestContext(), model, Prompt(index),
      {.decoding = {.max_new_tokens = kNew}, .end_ids = std::vector<std::int64_t>()});
  if (!text.ok() || text->tokens.size() != static_cast<std::size_t>(kNew)) std::abort();
}

absl::Status MeasureSequences(const std::shared_ptr<const GeneratorModel>& model, int threads) {
  CLIENTELE_ASSIGN_OR_RETURN(const auto generator,
                             TextGenerator::Create({.loop = {.max_rows = kSequences}}));
  const auto seconds =
      InTurns(Time::kWall, kGenerationRounds,
              {[&] {
                 for (int i = 0; i < kSequences; ++i) Generate(*generator, model, i);
               },
               [&] {
                 std::vector<std::thread> callers;
                 for (int i = 0; i < kSequences; ++i) {
                   callers.emplace_back([&, i] { Generate(*generator, model, i); });
                 }
                 for (std::thread& caller : callers) caller.join();
               }});
  const auto rate = [&](int i) { return kSequences * kNew / Median(seconds[i]); };
  Print({absl::StrFormat("generation_16_sequences_%dt", threads), rate(1), "tokens/s",
         absl::StrFormat("one after another %.0f tokens/s", rate(0)), rate(1) / rate(0), ">= 4"});
  return absl::OkStatus();
}

// The steps of one sequence, kPrompt to kPrompt + kNew positions long.
absl::Status MeasureStep(const std::shared_ptr<const GeneratorModel>& model, int threads) {
  constexpr std::int64_t kLongest = kPrompt + kNew;
  CachedGenerator generator(model);
  CLIENTELE_RETURN_IF_ERROR(
      generator.Reserve({.rows = 1, .positions = kLongest}, {.rows = 1, .positions = kLongest}));
  CLIENTELE_RETURN_IF_ERROR(generator.Prefill({Prompt(0)}, 0).status());
  BufferRead weights(static_cast<std::size_t>(StepWeightBytes()));
  SquareProduct product;
  const std::vector<double> best =
      BestInTurns(TimeOf(threads), kStepRounds,
                  {[&] {
                     for (std::int64_t at = kPrompt; at < kLongest; ++at) {
                       if (!generator.Step({at}, {at}, 0).ok()) std::abort();
                     }
                   },
                   [&] {
                     for (int i = 0; i < 8; ++i) weights.Run();
                   },
                   [&] { product.Run(); }});
  const double step = best[0] / static_cast<double>(kNew);
  const double read = best[1] / 8;
  Print({absl::StrFormat("generation_step_%dt", threads), step * 1e3, "ms",
         absl::StrFormat("reading %.1f MB of weights %.2f ms (%.1f GB/s)", weights.bytes() / 1e6,
                         read * 1e3, static_cast<double>(weights.bytes()) / read / 1e9),
         step / read, "<= 1.5"});
  const double operations = 2.0 * static_cast<double>(StepWeightBytes()) / sizeof(float);
  const double gemm_rate = product.operations() / best[2];
  Print({absl::StrFormat("generation_step_rate_%dt", threads), operations / step / 1e9, "GFLOP/s",
         absl::StrFormat("sgemm 1024^3 %.1f GFLOP/s", gemm_rate / 1e9),
         operations / step / gemm_rate});
  return absl::OkStatus();
}

// What a step of all sequences takes beside the arithmetic of its linear layers.
absl::Status MeasureFullStep(const std::shared_ptr<const GeneratorModel>& model, int threads) {
  constexpr std::int64_t kLongest = kPrompt + kNew;
  constexpr CacheShape kShape = {.rows = kSequences, .positions = kLongest};
  CachedGenerator generator(model);
  CLIENTELE_RETURN_IF_ERROR(generator.Reserve(kShape, kShape));
  std::vector<std::vector<std::int64_t>> prompts;
  for (int i = 0; i < kSequences; ++i) prompts.push_back(Prompt(i));
  CLIENTELE_RETURN_IF_ERROR(generator.Prefill(prompts, 0).status());
  SquareProduct product;
  const std::vector<double> best =
      BestInTurns(TimeOf(threads), kStepRounds,
                  {[&] {
                     for (std::int64_t at = kPrompt; at < kLongest; ++at) {
                       const std::vector<std::int64_t> all(kSequences, at);
                       if (!generator.Step(all, all, 0).ok()) std::abort();
                     }
                   },
                   [&] { product.Run(); }});
  const double step = best[0] / static_cast<double>(kNew);
  const double operations =
      2.0 * kSequences * static_cast<double>(StepWeightBytes()) / sizeof(float);
  const double gemm_rate = product.operations() / best[1];
  Print({absl::StrFormat("generation_16_row_step_rate_%dt", threads), operations / step / 1e9,
         "GFLOP/s",
         absl::StrFormat("sgemm 1024^3 %.1f GFLOP/s; a step %.2f ms", gemm_rate / 1e9, step * 1e3),
         operations / step / gemm_rate});
  return absl::OkStatus();
}

}  // namespace

absl::Status MeasureGeneration(BenchModels& models) {
  CLIENTELE_ASSIGN_OR_RETURN(const auto handle, models.ServeGenerator());
  for (const int threads : ThreadCounts()) {
    UseThreads(threads);
    CLIENTELE_RETURN_IF_ERROR(MeasureSequences(handle->Current(), threads));
    CLIENTELE_RETURN_IF_ERROR(MeasureStep(handle->Current(), threads));
    CLIENTELE_RETURN_IF_ERROR(MeasureFullStep(handle->Current(), threads));
  }
  return absl::OkStatus();
}

}  // namespace clientele::bench
