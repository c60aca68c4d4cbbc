#include "common/inference/generation/generation_request.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"

#include "common/status/error_details.h"
#include "common/status/status_macros.h"

namespace clientele::inference {
namespace {

absl::Status CheckIds(const std::vector<std::int64_t>& ids, const char* field,
                      std::int64_t vocabulary) {
  const bool inside = std::all_of(ids.begin(), ids.end(),
                                  [&](std::int64_t id) { return id >= 0 && id < vocabulary; });
  if (inside) return absl::OkStatus();
  return InvalidField(field, absl::StrCat("ids must be in [0, ", vocabulary - 1, "]"));
}

absl::Status CheckRules(const LogitsRules& rules, std::int64_t vocabulary) {
  for (const auto& words : rules.bad_words) {
    CLIENTELE_RETURN_IF_ERROR(CheckIds(words, "bad_words", vocabulary));
  }
  if (rules.forced_bos_id) {
    CLIENTELE_RETURN_IF_ERROR(CheckIds({*rules.forced_bos_id}, "forced_bos_id", vocabulary));
  }
  CLIENTELE_RETURN_IF_ERROR(CheckIds(rules.forced_eos_ids, "forced_eos_ids", vocabulary));
  CLIENTELE_RETURN_IF_ERROR(CheckIds(rules.suppress_ids, "suppress_ids", vocabulary));
  return CheckIds(rules.begin_suppress_ids, "begin_suppress_ids", vocabulary);
}

}  // namespace

absl::StatusOr<std::unique_ptr<GenerationRequest>> MakeGenerationRequest(
    std::shared_ptr<const GeneratorModel> model, std::vector<std::int64_t> prompt,
    const GenerateOptions& options, absl::Time deadline, std::shared_ptr<GenerationSink> sink) {
  if (model == nullptr) return InvalidField("model", "must be given");
  const GeneratorContract& contract = model->contract();
  const bool encodes = contract.kind == GeneratorKind::kEncoderDecoder;
  const auto length = static_cast<std::int64_t>(prompt.size());
  const std::int64_t longest = encodes ? contract.max_tokens : contract.max_tokens - 1;
  if (length < 1 || length > longest) {
    return InvalidField("prompt", absl::StrCat("must have 1 to ", longest, " tokens"));
  }
  CLIENTELE_RETURN_IF_ERROR(CheckIds(prompt, "prompt", contract.vocabulary));
  std::vector<std::int64_t> end_ids = options.end_ids.value_or(contract.end_ids);
  CLIENTELE_RETURN_IF_ERROR(CheckIds(end_ids, "end_ids", contract.vocabulary));

  CLIENTELE_RETURN_IF_ERROR(CheckRules(options.decoding.rules, contract.vocabulary));

  DecodingOptions decoding = options.decoding;
  // One sequence holds the prompt, or the start token, and what is generated.
  const std::int64_t begun = encodes ? 1 : length;
  decoding.max_new_tokens =
      std::min(decoding.max_new_tokens, std::max<std::int64_t>(1, contract.max_tokens - begun));

  auto request = std::make_unique<GenerationRequest>();
  CLIENTELE_ASSIGN_OR_RETURN(request->decoding,
                             MakeDecoding(decoding, std::move(end_ids),
                                          encodes ? std::vector{contract.start_id} : prompt));
  request->model = std::move(model);
  request->prompt = std::move(prompt);
  request->deadline = deadline;
  request->sink = std::move(sink);
  request->reserve.rows = static_cast<std::int64_t>(request->decoding->max_rows());
  // The last token is not fed.
  request->reserve.positions = begun + request->decoding->max_tokens() - 1;
  request->reserve.source = encodes ? length : 0;
  request->bytes_per_position = contract.bytes_per_position();
  return request;
}

}  // namespace clientele::inference
