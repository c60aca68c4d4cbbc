#include "services/qa-service/core/answering/passage_judge.h"

#include <algorithm>
#include <utility>

#include "absl/functional/function_ref.h"

#include "common/status/status_macros.h"
#include "services/qa-service/core/answering/passage_sentences.h"

namespace clientele::qa {
namespace {

absl::Status CheckCount(std::size_t given, std::size_t wanted) {
  if (given == wanted) return absl::OkStatus();
  return absl::InternalError("the model judged another number of passages than it was given");
}

}  // namespace

PassageJudge::PassageJudge(const PassageRanker* ranker, const PassageReader* reader,
                           const Clock* clock, JudgeOptions options)
    : ranker_(ranker), reader_(reader), clock_(clock), options_(std::move(options)) {}

absl::StatusOr<Judged> PassageJudge::Judge(const RequestContext& context,
                                           absl::string_view question,
                                           const SearchResult& result) const {
  Judged judged;
  const std::size_t count = std::min(result.hits.size(), options_.max_passages);
  if (count == 0 || (ranker_ == nullptr && reader_ == nullptr)) return judged;
  std::vector<std::string> passages;
  passages.reserve(count);
  for (std::size_t i = 0; i < count; ++i) {
    passages.push_back(PlainText(PassageSentences(TextOfHit(result.hits[i]))).text);
  }
  judged.judgments.resize(count);
  const auto step = [&](const char* name,
                        absl::FunctionRef<absl::Status(const RequestContext&)> call) {
    const absl::StatusOr<AnswerStage> stage =
        RunOptionalStep(context, clock_, name, options_.step, call);
    if (stage.ok()) judged.stages.push_back(*stage);
    return stage.status();
  };
  if (ranker_ != nullptr) {
    CLIENTELE_RETURN_IF_ERROR(step("rerank", [&](const RequestContext& limited) -> absl::Status {
      CLIENTELE_ASSIGN_OR_RETURN(PassageScores scored, ranker_->Score(limited, question, passages));
      CLIENTELE_RETURN_IF_ERROR(CheckCount(scored.scores.size(), count));
      for (std::size_t i = 0; i < count; ++i) judged.judgments[i].rank = scored.scores[i];
      judged.models.push_back(std::move(scored.model_id));
      judged.fitted = std::move(scored.fitted);
      return absl::OkStatus();
    }));
  }
  if (reader_ != nullptr) {
    CLIENTELE_RETURN_IF_ERROR(step("read", [&](const RequestContext& limited) -> absl::Status {
      CLIENTELE_ASSIGN_OR_RETURN(PassageSpans read, reader_->Read(limited, question, passages));
      CLIENTELE_RETURN_IF_ERROR(CheckCount(read.spans.size(), count));
      for (std::size_t i = 0; i < count; ++i) judged.judgments[i].span = read.spans[i];
      judged.models.push_back(std::move(read.model_id));
      judged.fitted = std::move(read.fitted);
      return absl::OkStatus();
    }));
  }
  return judged;
}

}  // namespace clientele::qa
