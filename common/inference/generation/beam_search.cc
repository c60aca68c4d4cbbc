#include "common/inference/generation/beam_search.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "common/inference/generation/logits.h"
#include "common/status/error_details.h"
#include "common/status/status_macros.h"

namespace clientele::inference {
namespace {

// The reference's stand-in for minus infinity: it stays comparable when a
// log-probability is added or it is divided by a length.
constexpr float kNone = -1.0e9F;

}  // namespace

BeamSearch::BeamSearch(const BeamSearchOptions& options, LogitsProcessor processor,
                       std::int64_t max_tokens, std::vector<std::int64_t> end_ids)
    : beams_(static_cast<std::size_t>(options.beams)),
      length_penalty_(options.length_penalty),
      early_stopping_(options.early_stopping),
      processor_(std::move(processor)),
      max_tokens_(max_tokens),
      end_ids_(std::move(end_ids)),
      running_(beams_, Beam{{}, kNone, false}),
      finished_(beams_, Beam{{}, kNone, false}) {
  running_[0].score = 0;
}

bool BeamSearch::IsEnd(std::int64_t token) const {
  return std::find(end_ids_.begin(), end_ids_.end(), token) != end_ids_.end();
}

float BeamSearch::LengthFactor(std::int64_t length) const {
  return static_cast<float>(std::pow(static_cast<double>(length), length_penalty_));
}

absl::StatusOr<std::vector<BeamSearch::Candidate>> BeamSearch::BestCandidates(
    absl::Span<const absl::Span<const float>> rows) const {
  const std::size_t wanted = std::max<std::size_t>(2, 1 + end_ids_.size()) * beams_;
  // Pairs come in the order that breaks ties, so a later one of equal score is worse.
  const auto better = [](const Candidate& a, const Candidate& b) {
    if (a.score != b.score) return a.score > b.score;
    return std::pair(a.beam, a.token) < std::pair(b.beam, b.token);
  };
  std::vector<Candidate> best;  // a heap, the worst on top
  best.reserve(wanted + 1);
  std::vector<float> log_probabilities;
  for (std::size_t beam = 0; beam < running_.size(); ++beam) {
    if (beam < rows.size()) {  // before the first step all beams share the prompt's row
      log_probabilities.resize(rows[beam].size());
      LogSoftmax(rows[beam], absl::MakeSpan(log_probabilities));
      const std::vector<std::int64_t>& tokens = running_[beam].tokens;
      if (processor_.Applies(tokens.size())) {
        CLIENTELE_RETURN_IF_ERROR(processor_.Process(tokens, absl::MakeSpan(log_probabilities)));
      }
    }
    for (std::size_t id = 0; id < log_probabilities.size(); ++id) {
      const float score = log_probabilities[id] + running_[beam].score;
      if (best.size() == wanted && score <= best.front().score) continue;
      best.push_back({beam, static_cast<std::int64_t>(id), score, false});
      std::push_heap(best.begin(), best.end(), better);
      if (best.size() <= wanted) continue;
      std::pop_heap(best.begin(), best.end(), better);
      best.pop_back();
    }
  }
  std::sort(best.begin(), best.end(), better);
  return best;
}

void BeamSearch::UpdateFinished(const std::vector<Candidate>& candidates) {
  const float factor = LengthFactor(generated_);
  std::vector<Beam> merged = std::move(finished_);
  for (std::size_t i = 0; i < candidates.size(); ++i) {
    const Candidate& candidate = candidates[i];
    if (!candidate.ends || i >= beams_) continue;
    Beam beam{running_[candidate.beam].tokens, candidate.score / factor, true};
    beam.tokens.push_back(candidate.token);
    merged.push_back(std::move(beam));
  }
  std::stable_sort(merged.begin(), merged.end(),
                   [](const Beam& a, const Beam& b) { return a.score > b.score; });
  merged.resize(beams_);
  finished_ = std::move(merged);
}

bool BeamSearch::CanImprove() const {
  const bool at_full_length = early_stopping_ == EarlyStopping::kNever && length_penalty_ > 0;
  const float best = running_[0].score / LengthFactor(at_full_length ? max_tokens_ : generated_);
  float worst = finished_.back().score;
  if (!std::all_of(finished_.begin(), finished_.end(),
                   [](const Beam& beam) { return beam.finished; })) {
    worst = kNone;
  }
  return best > worst;
}

absl::StatusOr<std::vector<Continuation>> BeamSearch::Advance(
    absl::Span<const absl::Span<const float>> rows) {
  if (rows.size() != (generated_ == 0 ? 1 : running_.size())) {
    return absl::InternalError("a beam search was given another number of rows than it has");
  }
  for (const absl::Span<const float> row : rows) CLIENTELE_RETURN_IF_ERROR(CheckLogits(row));
  if (rows[0].size() < std::max<std::size_t>(2, 1 + end_ids_.size())) {
    return InvalidField("beams", "the model's vocabulary is too small for a beam search");
  }

  const bool first = generated_ == 0;
  CLIENTELE_ASSIGN_OR_RETURN(std::vector<Candidate> candidates, BestCandidates(rows));
  generated_ += 1;
  for (Candidate& candidate : candidates) {
    candidate.ends = generated_ >= max_tokens_ || IsEnd(candidate.token);
  }
  UpdateFinished(candidates);

  // Enough candidates do not end for every beam, unless the budget ended them all.
  std::vector<Beam> running;
  std::vector<Continuation> next;
  for (const Candidate& candidate : candidates) {
    if (candidate.ends || running.size() == beams_) continue;
    running.push_back({running_[candidate.beam].tokens, candidate.score, false});
    running.back().tokens.push_back(candidate.token);
    next.push_back({first ? 0 : candidate.beam, candidate.token});
  }
  running_ = std::move(running);

  const bool all_finished = std::all_of(finished_.begin(), finished_.end(),
                                        [](const Beam& beam) { return beam.finished; });
  const bool over = running_.empty() || !CanImprove() ||
                    (all_finished && early_stopping_ == EarlyStopping::kFirst);
  if (!over) return next;

  tokens_ = std::move(finished_[0].tokens);
  if (IsEnd(tokens_.back())) finish_ = FinishReason::kStop;
  return std::vector<Continuation>();
}

}  // namespace clientele::inference
