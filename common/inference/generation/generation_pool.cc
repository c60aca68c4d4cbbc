#include "common/inference/generation/generation_pool.h"

#include <algorithm>
#include <utility>

#include "common/inference/generation/logits.h"
#include "common/status/error_details.h"
#include "common/status/status_macros.h"

namespace clientele::inference {

struct GenerationPool::Sequence {
  std::unique_ptr<GenerationRequest> request;
  std::vector<std::size_t> rows;     // of the cache, in the decoding's order
  std::vector<std::int64_t> tokens;  // to feed to each of them
  std::int64_t positions = 0;        // held by each of them
  std::int64_t source = 0;
  std::size_t told = 0;  // tokens
  bool over = false;
};

GenerationPool::GenerationPool(std::shared_ptr<const GeneratorModel> model,
                               GenerationCounters* counters)
    : generator_(std::move(model)), counters_(counters) {}
GenerationPool::~GenerationPool() = default;

CacheShape GenerationPool::reserved() const {
  CacheShape shape;
  for (const auto& sequence : sequences_) shape = Beside(shape, sequence->request->reserve);
  return shape;
}

void GenerationPool::Sweep(absl::Time now) {
  for (const auto& sequence : sequences_) {
    if (sequence->request->sink->cancelled()) {
      counters_->Update([](GenerationStats& stats) { stats.cancelled += 1; });
      End(*sequence,
          WithReason(absl::CancelledError("the caller cancelled the call"), reason::kCancelled));
    } else if (now >= sequence->request->deadline) {
      counters_->Update([](GenerationStats& stats) { stats.expired += 1; });
      End(*sequence, WithReason(absl::DeadlineExceededError(
                                    "the call's deadline passed while its text was generated"),
                                reason::kDeadlineExceeded));
    }
  }
  Compact();
}

void GenerationPool::Admit(Requests requests) {
  const std::size_t first_row = rows_.size();
  const bool encodes = generator_.contract().kind == GeneratorKind::kEncoderDecoder;
  std::vector<std::vector<std::int64_t>> prompts;
  std::vector<Sequence*> admitted;
  CacheShape need = {static_cast<std::int64_t>(first_row + requests.size()), 1, 0};
  std::uint64_t tokens = 0;
  for (std::unique_ptr<GenerationRequest>& request : requests) {
    const auto length = static_cast<std::int64_t>(request->prompt.size());
    auto sequence = std::make_unique<Sequence>();
    sequence->positions = encodes ? 1 : length;
    sequence->source = encodes ? length : 0;
    sequence->rows = {rows_.size()};
    need.positions = std::max(need.positions, sequence->positions);
    need.source = std::max(need.source, sequence->source);
    tokens += request->prompt.size();
    prompts.push_back(std::move(request->prompt));
    sequence->request = std::move(request);
    rows_.push_back(sequence.get());
    admitted.push_back(sequence.get());
    sequences_.push_back(std::move(sequence));
  }
  counters_->Update([&](GenerationStats& stats) {
    stats.prefills += 1;
    stats.prefilled_tokens += tokens;
  });

  const absl::StatusOr<Logits> logits = Prefill(prompts, first_row, need);
  for (std::size_t i = 0; i < admitted.size(); ++i) {
    if (logits.ok()) {
      Advance(*admitted[i], {logits->row(i)});
    } else {
      counters_->Update([](GenerationStats& stats) { stats.failed += 1; });
      End(*admitted[i], logits.status());
    }
  }
  Compact();
}

absl::StatusOr<Logits> GenerationPool::Prefill(
    const std::vector<std::vector<std::int64_t>>& prompts, std::size_t first_row,
    const CacheShape& need) {
  CLIENTELE_RETURN_IF_ERROR(generator_.Reserve(need, reserved()));
  return generator_.Prefill(prompts, static_cast<std::int64_t>(first_row));
}

void GenerationPool::Step() {
  if (rows_.empty()) return;
  std::vector<std::int64_t> ids(rows_.size());
  std::vector<std::int64_t> positions(rows_.size());
  CacheShape need = {static_cast<std::int64_t>(rows_.size()), 0, 0};
  for (const auto& sequence : sequences_) {
    for (std::size_t i = 0; i < sequence->rows.size(); ++i) {
      ids[sequence->rows[i]] = sequence->tokens[i];
      positions[sequence->rows[i]] = sequence->positions;
    }
    sequence->positions += 1;
    need.positions = std::max(need.positions, sequence->positions);
    need.source = std::max(need.source, sequence->source);
  }
  counters_->Update([&](GenerationStats& stats) {
    stats.steps += 1;
    stats.stepped_rows += ids.size();
  });

  if (const absl::Status status = generator_.Reserve(need, reserved()); !status.ok()) {
    return EndAll(status);
  }
  const absl::StatusOr<Logits> logits = generator_.Step(ids, positions, need.source);
  if (!logits.ok()) return EndAll(logits.status());
  for (const auto& sequence : sequences_) {
    std::vector<absl::Span<const float>> own;
    own.reserve(sequence->rows.size());
    for (const std::size_t row : sequence->rows) own.push_back(logits->row(row));
    Advance(*sequence, own);
  }
  Compact();
}

void GenerationPool::EndAll(const absl::Status& status) {
  for (const auto& sequence : sequences_) {
    if (sequence->over) continue;
    counters_->Update([](GenerationStats& stats) { stats.failed += 1; });
    End(*sequence, status);
  }
  Compact();
}

void GenerationPool::Advance(Sequence& sequence, absl::Span<const absl::Span<const float>> logits) {
  absl::StatusOr<std::vector<Continuation>> next = sequence.request->decoding->Advance(logits);
  absl::Status status = next.status();
  if (status.ok()) {
    Tell(sequence);
    if (next->empty()) return Finish(sequence);
    status = Rearrange(sequence, *next);
    if (status.ok()) return;
  }
  counters_->Update([](GenerationStats& stats) { stats.failed += 1; });
  // What made the logits not finite may be in the cache.
  for (const std::size_t row : sequence.rows) {
    generator_.ClearRow(static_cast<std::int64_t>(row)).IgnoreError();
  }
  End(sequence, status);
}

// A parent's row stays with the first of its continuations, and the others get a copy in
// a row that nobody continues. No such row is read, so the copies need no order.
absl::Status GenerationPool::Rearrange(Sequence& sequence, const std::vector<Continuation>& next) {
  constexpr std::size_t kNoRow = static_cast<std::size_t>(-1);
  const std::vector<std::size_t> old_rows = std::move(sequence.rows);
  std::vector<bool> continued(old_rows.size(), false);
  sequence.rows.assign(next.size(), kNoRow);
  sequence.tokens.clear();
  for (std::size_t i = 0; i < next.size(); ++i) {
    sequence.tokens.push_back(next[i].token);
    if (continued[next[i].parent]) continue;
    continued[next[i].parent] = true;
    sequence.rows[i] = old_rows[next[i].parent];
  }
  std::vector<std::size_t> spare;
  for (std::size_t i = 0; i < old_rows.size(); ++i) {
    if (!continued[i]) spare.push_back(old_rows[i]);
  }

  std::vector<std::pair<std::size_t, bool>> copies;  // index in `next`, and whether new
  for (std::size_t i = 0; i < next.size(); ++i) {
    if (sequence.rows[i] != kNoRow) continue;
    copies.emplace_back(i, spare.empty());
    if (spare.empty()) {
      sequence.rows[i] = TakeRow(&sequence);
    } else {
      sequence.rows[i] = spare.back();
      spare.pop_back();
    }
  }
  for (const std::size_t row : spare) rows_[row] = nullptr;
  if (copies.empty()) return absl::OkStatus();

  CLIENTELE_RETURN_IF_ERROR(
      generator_.Reserve({static_cast<std::int64_t>(rows_.size()), 0, 0}, reserved()));
  for (const auto& [index, is_new] : copies) {
    // Rows of one request have one source: a row that it had already holds it.
    CLIENTELE_RETURN_IF_ERROR(
        generator_.CopyRow(static_cast<std::int64_t>(old_rows[next[index].parent]),
                           static_cast<std::int64_t>(sequence.rows[index]), sequence.positions,
                           is_new ? sequence.source : 0));
  }
  counters_->Update([&](GenerationStats& stats) { stats.copied_rows += copies.size(); });
  return absl::OkStatus();
}

void GenerationPool::Tell(Sequence& sequence) {
  const std::vector<std::int64_t>& tokens = sequence.request->decoding->tokens();
  counters_->Update(
      [&](GenerationStats& stats) { stats.generated_tokens += tokens.size() - sequence.told; });
  for (; sequence.told < tokens.size(); ++sequence.told) {
    sequence.request->sink->OnToken(tokens[sequence.told]);
  }
}

void GenerationPool::Finish(Sequence& sequence) {
  counters_->Update([](GenerationStats& stats) { stats.finished += 1; });
  GeneratedTokens result;
  result.tokens = sequence.request->decoding->tokens();
  result.finish_reason = sequence.request->decoding->finish_reason();
  result.model_id = model().id();
  for (const std::size_t row : sequence.rows) rows_[row] = nullptr;
  sequence.over = true;
  sequence.request->sink->OnDone(std::move(result));
}

void GenerationPool::End(Sequence& sequence, const absl::Status& status) {
  for (const std::size_t row : sequence.rows) rows_[row] = nullptr;
  sequence.over = true;
  sequence.request->sink->OnDone(status);
}

std::size_t GenerationPool::TakeRow(Sequence* owner) {
  const auto gap = std::find(rows_.begin(), rows_.end(), nullptr);
  if (gap != rows_.end()) {
    *gap = owner;
    return static_cast<std::size_t>(gap - rows_.begin());
  }
  rows_.push_back(owner);
  return rows_.size() - 1;
}

void GenerationPool::Compact() {
  std::erase_if(sequences_, [](const auto& sequence) { return sequence->over; });
  std::uint64_t copied = 0;
  absl::Status status;
  for (std::size_t gap = 0; gap < rows_.size(); ++gap) {
    while (!rows_.empty() && rows_.back() == nullptr) rows_.pop_back();
    if (gap >= rows_.size() || rows_[gap] != nullptr) continue;
    Sequence& owner = *rows_.back();
    const std::size_t last = rows_.size() - 1;
    status.Update(generator_.CopyRow(static_cast<std::int64_t>(last),
                                     static_cast<std::int64_t>(gap), owner.positions,
                                     owner.source));
    *std::find(owner.rows.begin(), owner.rows.end(), last) = gap;
    rows_[gap] = &owner;
    rows_.pop_back();
    ++copied;
  }
  if (copied > 0) {
    counters_->Update([&](GenerationStats& stats) { stats.copied_rows += copied; });
  }
  if (!status.ok()) EndAll(status);  // which leaves nothing to compact
}

}  // namespace clientele::inference
