#include <algorithm>
#include <atomic>
#include <vector>

#include <ATen/ATen.h>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"

#include "common/inference/bundle/golden.h"
#include "common/inference/generation/text_generator.h"
#include "common/inference/model_runner.h"
#include "common/status/status_macros.h"
#include "tests/gpu/callers.h"
#include "tests/gpu/check.h"

namespace clientele::gpu {
namespace {

using inference::TextGenerator;
using Tokens = std::vector<std::int64_t>;

constexpr std::int64_t kTokensBeside = 16;
constexpr double kUndisturbed = 1e-3;
constexpr absl::Duration kLoad = absl::Seconds(3);

}  // namespace

absl::Status CheckTwoModels(Check& check) {
  CLIENTELE_RETURN_IF_ERROR(check.models->WriteEncoder(1));
  CLIENTELE_ASSIGN_OR_RETURN(const auto encoder, check.models->ServeEncoder());
  CLIENTELE_ASSIGN_OR_RETURN(const auto generator_handle, check.models->ServeGenerator());
  CLIENTELE_ASSIGN_OR_RETURN(const auto generator, TextGenerator::Create({}));
  const auto encoder_model = encoder->Current();
  const auto generator_model = generator_handle->Current();
  const at::Tensor ids = check.models->Ids(8, 24, 5);
  const Tokens prompt = check.models->Prompt(12, 3);

  const auto encode = [&] {
    return encoder_model->runner().Run("forward", {ids, at::ones_like(ids)});
  };
  const auto generate = [&] {
    return generator->Generate(
        RequestContext(), generator_model, prompt,
        {.decoding = {.max_new_tokens = kTokensBeside}, .end_ids = Tokens()});
  };
  CLIENTELE_ASSIGN_OR_RETURN(const std::vector<at::Tensor> vectors, encode());
  CLIENTELE_ASSIGN_OR_RETURN(const auto text, generate());

  std::atomic<std::int64_t> texts = 0;
  // Callers 0 and 1 encode, the others generate.
  Callers callers(4, [&](int caller) {
    if (caller < 2) {
      const auto again = encode();
      return again.ok() && inference::LargestDistance((*again)[0], vectors[0]) < kUndisturbed;
    }
    const auto again = generate();
    ++texts;
    return again.ok() && again->tokens == text.tokens;
  });
  const absl::Time until = std::min(check.until, absl::Now() + kLoad);
  while (absl::Now() < until || texts < 2 || callers.calls() < 8) callers.Await(1);
  callers.Stop();
  check.report->Add(
      {.name = "two_models_wrong_answers",
       .value = static_cast<double>(callers.failed()),
       .unit = "calls",
       .vs = absl::StrCat(callers.calls(), " calls, ", texts.load(), " of them of the generator"),
       .target = "0",
       .held = callers.failed() == 0});
  return absl::OkStatus();
}

}  // namespace clientele::gpu
