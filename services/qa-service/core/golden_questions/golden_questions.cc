#include "services/qa-service/core/golden_questions/golden_questions.h"

#include <utility>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"

#include "common/paging/page_builder.h"
#include "common/status/error_details.h"
#include "common/status/status_macros.h"
#include "services/qa-service/core/articles/article_rules.h"
#include "services/qa-service/core/articles/page_token.h"

namespace clientele::qa {
namespace {

constexpr std::int64_t kDefaultGoldenPage = 50;
constexpr std::int64_t kMaxGoldenPage = 1000;
constexpr char kGoldenCollection[] = "goldenQuestions";

std::size_t GoldenBytes(const GoldenQuestion& question) {
  return paging::kRowBytes + question.id.size() + question.text.size() +
         question.language_code.size() + question.expected_article.size() +
         question.expected_answer.size();
}

}  // namespace

absl::StatusOr<GoldenQuestion> GoldenQuestions::Create(const RequestContext& context,
                                                       const MutationId& mutation,
                                                       GoldenQuestion question) const {
  FieldViolations bad;
  CheckArticleId(question.id, "golden_question_id", bad);
  CheckGoldenQuestion(question, "golden_question", bad);
  CheckRequestId(mutation.request_id, bad);
  CLIENTELE_RETURN_IF_ERROR(bad.ToStatus());
  question.create_time = clock_->Now();
  return store_->Create(context, mutation, question);
}

absl::StatusOr<GoldenBatch> GoldenQuestions::BatchCreate(const RequestContext& context,
                                                         const MutationId& mutation,
                                                         std::vector<GoldenQuestion> questions,
                                                         bool replace) const {
  FieldViolations bad;
  CheckRequestId(mutation.request_id, bad);
  if (questions.empty() || questions.size() > kMaxGoldenBatch) {
    bad.Add("golden_questions", absl::StrCat("must hold 1 to ", kMaxGoldenBatch, " questions"));
    return bad.ToStatus();
  }
  absl::flat_hash_set<std::string> ids;
  for (std::size_t i = 0; i < questions.size(); ++i) {
    const std::string prefix = absl::StrCat("golden_questions[", i, "]");
    CheckArticleId(questions[i].id, absl::StrCat(prefix, ".name"), bad);
    CheckGoldenQuestion(questions[i], prefix, bad);
    if (!ids.insert(questions[i].id).second) {
      bad.Add(absl::StrCat(prefix, ".name"), "is the name of an earlier question of this batch");
    }
  }
  CLIENTELE_RETURN_IF_ERROR(bad.ToStatus());
  const absl::Time now = clock_->Now();
  for (GoldenQuestion& question : questions) question.create_time = now;
  return store_->CreateMissing(context, mutation, questions, replace);
}

absl::StatusOr<GoldenPage> GoldenQuestions::List(const RequestContext& context,
                                                 std::int64_t page_size,
                                                 const std::string& page_token) const {
  if (page_size < 0 || page_size > kMaxGoldenPage) {
    return InvalidField("page_size", absl::StrCat("must be 0 to ", kMaxGoldenPage));
  }
  if (page_size == 0) page_size = kDefaultGoldenPage;
  CLIENTELE_ASSIGN_OR_RETURN(const std::string after,
                             DecodePageToken(page_token, kGoldenCollection));
  CLIENTELE_ASSIGN_OR_RETURN(GoldenSlice slice, store_->List(context, after, page_size));
  GoldenPage page{std::move(slice.questions), ""};
  const bool cut =
      paging::CutPage(page.questions, static_cast<std::size_t>(page_size), GoldenBytes);
  if ((cut || slice.more) && !page.questions.empty()) {
    page.next_page_token = EncodePageToken(page.questions.back().id, kGoldenCollection);
  }
  return page;
}

absl::Status GoldenQuestions::Delete(const RequestContext& context, const MutationId& mutation,
                                     const std::string& id) const {
  FieldViolations bad;
  CheckArticleId(id, "name", bad);
  CheckRequestId(mutation.request_id, bad);
  CLIENTELE_RETURN_IF_ERROR(bad.ToStatus());
  return store_->Delete(context, mutation, id);
}

}  // namespace clientele::qa
