#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"

#include "common/inference/generation/text_generator.h"
#include "common/status/status_macros.h"
#include "tests/gpu/check.h"

namespace clientele::gpu {
namespace {

using inference::GeneratorModel;
using inference::TextGenerator;
using Tokens = std::vector<std::int64_t>;

constexpr int kSequences = 17;  // one, and 16 others
constexpr std::int64_t kBatchedTokens = 24;

absl::StatusOr<Tokens> Generate(TextGenerator& generator,
                                const std::shared_ptr<const GeneratorModel>& model,
                                const Tokens& prompt) {
  CLIENTELE_ASSIGN_OR_RETURN(
      auto text,
      generator.Generate(RequestContext(), model, prompt,
                         {.decoding = {.max_new_tokens = kBatchedTokens}, .end_ids = Tokens()}));
  return std::move(text.tokens);
}

}  // namespace

absl::Status CheckBatching(Check& check) {
  CLIENTELE_ASSIGN_OR_RETURN(const auto handle, check.models->ServeGenerator());
  const std::shared_ptr<const GeneratorModel> model = handle->Current();
  CLIENTELE_ASSIGN_OR_RETURN(const auto generator,
                             TextGenerator::Create({.loop = {.max_rows = kSequences}}));
  std::vector<Tokens> prompts;
  std::vector<Tokens> alone;
  for (int i = 0; i < kSequences; ++i) {
    // Of 3 to 35 tokens, so that they join and leave at different positions.
    prompts.push_back(check.models->Prompt(3 + 2 * i, i));
    CLIENTELE_ASSIGN_OR_RETURN(alone.emplace_back(), Generate(*generator, model, prompts[i]));
  }
  const auto before = generator->stats();
  std::vector<absl::StatusOr<Tokens>> together(kSequences, Tokens());
  std::vector<std::thread> callers;
  for (int i = 0; i < kSequences; ++i) {
    callers.emplace_back([&, i] { together[i] = Generate(*generator, model, prompts[i]); });
  }
  for (std::thread& caller : callers) caller.join();
  const auto stats = generator->stats();

  int same = 0;
  for (int i = 0; i < kSequences; ++i) {
    CLIENTELE_RETURN_IF_ERROR(together[i].status());
    same += *together[i] == alone[i] ? 1 : 0;
  }
  const double rows = static_cast<double>(stats.stepped_rows - before.stepped_rows) /
                      static_cast<double>(stats.steps - before.steps);
  check.report->Add({.name = "batching_same_tokens",
                     .value = static_cast<double>(same),
                     .unit = "sequences",
                     .vs = absl::StrCat("of ", kSequences, ", alone and together"),
                     .target = absl::StrCat(kSequences),
                     .held = same == kSequences});
  check.report->Add({.name = "batching_rows_a_step",
                     .value = rows,
                     .unit = "rows",
                     .target = "> 2",
                     .held = rows > 2});
  return absl::OkStatus();
}

}  // namespace clientele::gpu
