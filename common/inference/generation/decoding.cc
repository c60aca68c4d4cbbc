#include "common/inference/generation/decoding.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <utility>

#include "absl/strings/str_cat.h"

#include "common/inference/generation/beam_search.h"
#include "common/status/error_details.h"
#include "common/status/status_macros.h"

namespace clientele::inference {
namespace {

constexpr std::int64_t kMaxBeams = 64;

// One row, one token each time: greedy decoding and sampling.
class TokenByToken final : public Decoding {
 public:
  using Choose = std::function<absl::StatusOr<std::int64_t>(absl::Span<const float>)>;

  TokenByToken(Choose choose, const DecodingOptions& options, std::vector<std::int64_t> end_ids)
      : choose_(std::move(choose)),
        min_tokens_(options.min_new_tokens),
        max_tokens_(options.max_new_tokens),
        end_ids_(std::move(end_ids)) {}

  std::size_t max_rows() const override { return 1; }
  std::int64_t max_tokens() const override { return max_tokens_; }

  absl::StatusOr<std::vector<Continuation>> Advance(
      absl::Span<const absl::Span<const float>> rows) override {
    if (rows.size() != 1) return absl::InternalError("this decoding has one row");
    absl::Span<const float> row = rows[0];
    std::vector<float> without_ends;
    if (static_cast<std::int64_t>(tokens_.size()) < min_tokens_) {
      without_ends.assign(row.begin(), row.end());
      for (const std::int64_t id : end_ids_) {
        if (id < static_cast<std::int64_t>(row.size())) {
          without_ends[static_cast<std::size_t>(id)] = std::numeric_limits<float>::lowest();
        }
      }
      row = without_ends;
    }
    CLIENTELE_ASSIGN_OR_RETURN(const std::int64_t token, choose_(row));
    tokens_.push_back(token);
    if (std::find(end_ids_.begin(), end_ids_.end(), token) != end_ids_.end()) {
      finish_ = FinishReason::kStop;
      return std::vector<Continuation>();
    }
    if (static_cast<std::int64_t>(tokens_.size()) >= max_tokens_) {
      return std::vector<Continuation>();
    }
    return std::vector<Continuation>{{0, token}};
  }

  const std::vector<std::int64_t>& tokens() const override { return tokens_; }
  FinishReason finish_reason() const override { return finish_; }

 private:
  const Choose choose_;
  const std::int64_t min_tokens_;
  const std::int64_t max_tokens_;
  const std::vector<std::int64_t> end_ids_;
  std::vector<std::int64_t> tokens_;
  FinishReason finish_ = FinishReason::kLength;
};

absl::Status Check(const BeamSearchOptions& options) {
  if (options.beams < 1 || options.beams > kMaxBeams) {
    return InvalidField("beams", absl::StrCat("must be in [1, ", kMaxBeams, "]"));
  }
  if (!std::isfinite(options.length_penalty) || std::abs(options.length_penalty) > 10) {
    return InvalidField("length_penalty", "must be in [-10, 10]");
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::unique_ptr<Decoding>> MakeDecoding(const DecodingOptions& options,
                                                       std::vector<std::int64_t> end_ids) {
  if (options.max_new_tokens < 1) return InvalidField("max_new_tokens", "must be at least 1");
  if (options.min_new_tokens < 0) return InvalidField("min_new_tokens", "must not be negative");
  if (const auto* sampling = std::get_if<SamplingOptions>(&options.method)) {
    CLIENTELE_RETURN_IF_ERROR(Check(*sampling));
    return std::make_unique<TokenByToken>(
        [sampler = Sampler(*sampling)](absl::Span<const float> logits) mutable {
          return sampler.Draw(logits);
        },
        options, std::move(end_ids));
  }
  if (const auto* beams = std::get_if<BeamSearchOptions>(&options.method)) {
    CLIENTELE_RETURN_IF_ERROR(Check(*beams));
    // One beam is greedy decoding, in the reference too.
    if (beams->beams > 1) {
      return std::make_unique<BeamSearch>(*beams, options.min_new_tokens, options.max_new_tokens,
                                          std::move(end_ids));
    }
  }
  return std::make_unique<TokenByToken>(ArgMax, options, std::move(end_ids));
}

}  // namespace clientele::inference
