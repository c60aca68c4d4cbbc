// QaRpc's calls about golden questions.
#include <string>
#include <utility>
#include <vector>

#include "common/rpc/mutation.h"
#include "common/rpc/page_size.h"
#include "common/rpc/time_conversion.h"
#include "common/status/status_macros.h"
#include "services/qa-service/rpc/qa_conversion.h"
#include "services/qa-service/rpc/qa_rpc.h"

namespace clientele::qa {
namespace {

constexpr char kGoldenQuestionsPrefix[] = "goldenQuestions/";

GoldenQuestion GoldenFromProto(const v1::GoldenQuestion& proto) {
  GoldenQuestion question;
  question.id = IdOf(kGoldenQuestionsPrefix, proto.name());
  question.text = proto.question();
  question.language_code = proto.language_code();
  if (!proto.expected_article().empty()) {
    question.expected_article = ArticleIdOf(proto.expected_article());
  }
  question.expected_answer = proto.expected_answer();
  return question;
}

v1::GoldenQuestion GoldenToProto(const GoldenQuestion& question) {
  v1::GoldenQuestion proto;
  proto.set_name(GoldenQuestionName(question.id));
  proto.set_question(question.text);
  proto.set_language_code(question.language_code);
  if (!question.expected_article.empty()) {
    proto.set_expected_article(ArticleName(question.expected_article));
  }
  proto.set_expected_answer(question.expected_answer);
  *proto.mutable_create_time() = rpc::ToTimestamp(question.create_time);
  return proto;
}

}  // namespace

grpc::ServerUnaryReactor* QaRpc::CreateGoldenQuestion(
    grpc::CallbackServerContext* context, const v1::CreateGoldenQuestionRequest* request,
    v1::GoldenQuestion* response) {
  return dispatcher_->Unary(
      context, request, response, "CreateGoldenQuestion",
      [this](const RequestContext& c,
             const v1::CreateGoldenQuestionRequest& r) -> absl::StatusOr<v1::GoldenQuestion> {
        CLIENTELE_ASSIGN_OR_RETURN(
            const MutationId id, rpc::MakeMutationId<v1::QaService>(c, "CreateGoldenQuestion", r));
        GoldenQuestion question = GoldenFromProto(r.golden_question());
        question.id = r.golden_question_id();
        CLIENTELE_ASSIGN_OR_RETURN(const GoldenQuestion made,
                                   golden_questions_->Create(c, id, std::move(question)));
        return GoldenToProto(made);
      });
}

grpc::ServerUnaryReactor* QaRpc::BatchCreateGoldenQuestions(
    grpc::CallbackServerContext* context, const v1::BatchCreateGoldenQuestionsRequest* request,
    v1::BatchCreateGoldenQuestionsResponse* response) {
  return dispatcher_->Unary(
      context, request, response, "BatchCreateGoldenQuestions",
      [this](const RequestContext& c, const v1::BatchCreateGoldenQuestionsRequest& r)
          -> absl::StatusOr<v1::BatchCreateGoldenQuestionsResponse> {
        CLIENTELE_ASSIGN_OR_RETURN(const MutationId id, rpc::MakeMutationId<v1::QaService>(
                                                            c, "BatchCreateGoldenQuestions", r));
        std::vector<GoldenQuestion> questions;
        for (const v1::GoldenQuestion& question : r.golden_questions()) {
          questions.push_back(GoldenFromProto(question));
        }
        CLIENTELE_ASSIGN_OR_RETURN(
            const GoldenBatch batch,
            golden_questions_->BatchCreate(c, id, std::move(questions), r.replace()));
        v1::BatchCreateGoldenQuestionsResponse result;
        result.set_created_count(batch.created_count);
        result.set_existing_count(batch.existing_count);
        result.set_replaced_count(batch.replaced_count);
        for (const std::string& differing : batch.differing_ids) {
          result.add_differing_names(GoldenQuestionName(differing));
        }
        return result;
      });
}

grpc::ServerUnaryReactor* QaRpc::ListGoldenQuestions(grpc::CallbackServerContext* context,
                                                     const v1::ListGoldenQuestionsRequest* request,
                                                     v1::ListGoldenQuestionsResponse* response) {
  return dispatcher_->Unary(
      context, request, response, "ListGoldenQuestions",
      [this](const RequestContext& c, const v1::ListGoldenQuestionsRequest& r)
          -> absl::StatusOr<v1::ListGoldenQuestionsResponse> {
        CLIENTELE_ASSIGN_OR_RETURN(const int page_size, rpc::PageSize(r.page_size()));
        CLIENTELE_ASSIGN_OR_RETURN(const GoldenPage page,
                                   golden_questions_->List(c, page_size, r.page_token()));
        v1::ListGoldenQuestionsResponse result;
        for (const GoldenQuestion& question : page.questions) {
          *result.add_golden_questions() = GoldenToProto(question);
        }
        result.set_next_page_token(page.next_page_token);
        return result;
      });
}

grpc::ServerUnaryReactor* QaRpc::DeleteGoldenQuestion(
    grpc::CallbackServerContext* context, const v1::DeleteGoldenQuestionRequest* request,
    google::protobuf::Empty* response) {
  return dispatcher_->Unary(
      context, request, response, "DeleteGoldenQuestion",
      [this](const RequestContext& c,
             const v1::DeleteGoldenQuestionRequest& r) -> absl::StatusOr<google::protobuf::Empty> {
        CLIENTELE_ASSIGN_OR_RETURN(
            const MutationId id, rpc::MakeMutationId<v1::QaService>(c, "DeleteGoldenQuestion", r));
        CLIENTELE_RETURN_IF_ERROR(
            golden_questions_->Delete(c, id, IdOf(kGoldenQuestionsPrefix, r.name())));
        return google::protobuf::Empty();
      });
}

}  // namespace clientele::qa
