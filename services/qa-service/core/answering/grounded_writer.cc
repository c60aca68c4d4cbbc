#include "services/qa-service/core/answering/grounded_writer.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/strings/match.h"

#include "common/text/segmentation.h"

namespace clientele::qa {
namespace {

bool HasEnd(absl::string_view sentence) {
  for (const absl::string_view end : {".", "!", "?", "。", "！", "？", "…", "\"", "”", ")", "）"}) {
    if (absl::EndsWith(sentence, end)) return true;
  }
  return false;
}

// The sentences of what was written; without its last one where that has no end and `cut`.
std::vector<std::string> CompleteSentences(absl::string_view written, bool cut, std::size_t most) {
  std::vector<std::string> sentences;
  for (const text::Segment& segment : text::Sentences(written)) {
    sentences.emplace_back(text::TextOf(written, segment));
  }
  if (cut && !sentences.empty() && !HasEnd(sentences.back())) sentences.pop_back();
  if (sentences.size() > most) sentences.resize(most);
  return sentences;
}

const char* ReasonOf(const absl::Status& status) {
  if (status.ok()) return fallback_reason::kNotSupported;
  if (absl::IsUnavailable(status)) return fallback_reason::kGeneratorUnavailable;
  if (absl::IsResourceExhausted(status)) return fallback_reason::kGeneratorBusy;
  if (absl::IsDeadlineExceeded(status)) return fallback_reason::kDeadline;
  return fallback_reason::kGeneratorFailed;
}

}  // namespace

void GroundedWriter::KeepSupported(const RequestContext& context, const WritingTask& task,
                                   const std::vector<std::string>& written,
                                   GroundedAnswer& answer) const {
  std::vector<std::vector<SupportingSentence>> passages;
  std::vector<std::string> texts;
  for (const std::string& passage : task.passages) {
    std::vector<SupportingSentence>& sentences = passages.emplace_back();
    for (const text::Segment& segment : text::Sentences(passage)) {
      sentences.push_back({std::string(text::TextOf(passage, segment))});
      texts.push_back(sentences.back().text);
    }
  }
  texts.insert(texts.end(), written.begin(), written.end());
  std::vector<std::vector<float>> vectors(texts.size());
  // Without vectors the words decide alone.
  absl::StatusOr<EmbeddedTexts> embedded = embedder_->Embed(context, texts);
  if (embedded.ok() && embedded->rows.size() == texts.size()) vectors = std::move(embedded->rows);
  std::size_t next = 0;
  for (std::vector<SupportingSentence>& sentences : passages) {
    for (SupportingSentence& sentence : sentences) sentence.vector = std::move(vectors[next++]);
  }
  const AnswerSupport support(std::move(passages), task.facts, options_.support);
  for (std::size_t i = 0; i < written.size(); ++i) {
    const std::optional<std::size_t> passage = support.SupporterOf(written[i], vectors[next + i]);
    if (passage.has_value()) {
      answer.sentences.push_back({written[i], *passage});
    } else {
      ++answer.removed;
    }
  }
}

absl::StatusOr<GroundedAnswer> GroundedWriter::Write(
    const RequestContext& context, const WritingTask& task,
    const std::function<void(absl::string_view)>& on_draft) const {
  GroundedAnswer answer;
  RequestContext writing = context;
  if (context.deadline != absl::InfiniteFuture()) {
    const absl::Duration left = context.deadline - clock_->Now();
    writing.deadline =
        context.deadline - std::min(options_.max_check_time, left * options_.check_share);
  }
  std::string written;
  const absl::Status status =
      writer_->Write(writing, task, answer.model_id, [&](absl::string_view piece) {
        written.append(piece.data(), piece.size());
        if (on_draft) on_draft(piece);
      });
  if (absl::IsCancelled(status)) return status;
  answer.partial = absl::IsDeadlineExceeded(status);
  const std::vector<std::string> sentences =
      CompleteSentences(written, !status.ok(), options_.max_sentences);
  // What a generator that failed has written is no answer.
  if (status.ok() || answer.partial) KeepSupported(context, task, sentences, answer);
  if (answer.sentences.empty()) {
    answer.fallback_reason = answer.removed > 0 ? fallback_reason::kNotSupported : ReasonOf(status);
    answer.partial = false;
  }
  return answer;
}

}  // namespace clientele::qa
