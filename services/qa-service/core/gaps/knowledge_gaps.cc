#include "services/qa-service/core/gaps/knowledge_gaps.h"

#include <cstddef>

#include "absl/strings/str_cat.h"

#include "common/status/error_details.h"
#include "common/status/status_macros.h"

namespace clientele::qa {
namespace {

constexpr std::int64_t kDefaultGaps = 20;
constexpr std::int64_t kMaxGaps = 100;
constexpr std::int64_t kDefaultLookedAt = 1000;
constexpr std::int64_t kMaxLookedAt = 2000;

}  // namespace

absl::StatusOr<GapList> KnowledgeGaps::List(const RequestContext& context, std::int64_t max_gaps,
                                            std::int64_t max_questions) {
  FieldViolations bad;
  if (max_gaps < 0 || max_gaps > kMaxGaps) {
    bad.Add("page_size", absl::StrCat("must be 0 to ", kMaxGaps));
  }
  if (max_questions < 0 || max_questions > kMaxLookedAt) {
    bad.Add("max_questions", absl::StrCat("must be 0 to ", kMaxLookedAt));
  }
  CLIENTELE_RETURN_IF_ERROR(bad.ToStatus());
  CLIENTELE_ASSIGN_OR_RETURN(
      const std::vector<UnansweredQuestion> questions,
      questions_->NewestUnanswered(context, max_questions == 0 ? kDefaultLookedAt : max_questions));
  GapList list;
  list.question_count = static_cast<std::int64_t>(questions.size());
  list.gaps = FindGaps(questions, {});
  const auto most = static_cast<std::size_t>(max_gaps == 0 ? kDefaultGaps : max_gaps);
  if (list.gaps.size() > most) list.gaps.resize(most);
  return list;
}

}  // namespace clientele::qa
