#include "services/qa-service/rpc/qa_rpc.h"

#include <string>
#include <utility>
#include <vector>

#include "common/rpc/mutation.h"
#include "common/rpc/page_size.h"
#include "common/rpc/stream.h"
#include "common/status/status_macros.h"
#include "services/qa-service/rpc/qa_conversion.h"

namespace clientele::qa {
namespace {

// Sends an answer's parts as they come.
class StreamingListener final : public AnswerListener {
 public:
  explicit StreamingListener(rpc::StreamWriter<v1::StreamAskResponse>* writer) : writer_(writer) {}

  absl::Status OnCitations(const std::vector<Citation>& citations) override {
    v1::StreamAskResponse message;
    v1::Citations& list = *message.mutable_citations();
    for (const Citation& citation : citations) *list.add_citations() = ToProto(citation);
    return writer_->Write(std::move(message));
  }
  // A listener that is gone cancels the call: nothing is lost with the piece.
  void OnDraft(absl::string_view piece) override {
    v1::StreamAskResponse message;
    message.set_draft(piece.data(), piece.size());
    writer_->Write(std::move(message)).IgnoreError();
  }
  absl::Status OnText(absl::string_view piece) override {
    v1::StreamAskResponse message;
    message.set_text(piece.data(), piece.size());
    return writer_->Write(std::move(message));
  }

 private:
  rpc::StreamWriter<v1::StreamAskResponse>* const writer_;
};

absl::StatusOr<DialogueQuestion> AskedOf(const RequestContext& context,
                                         const v1::AskRequest& request) {
  DialogueQuestion asked = FromProto(request);
  // Hashing a question that is not to be remembered would slow it down.
  if (!request.request_id().empty()) {
    CLIENTELE_ASSIGN_OR_RETURN(asked.mutation,
                               rpc::MakeMutationId<v1::QaService>(context, "Ask", request));
  }
  return asked;
}

}  // namespace

grpc::ServerUnaryReactor* QaRpc::CreateArticle(grpc::CallbackServerContext* context,
                                               const v1::CreateArticleRequest* request,
                                               v1::Article* response) {
  return dispatcher_->Unary(
      context, request, response, "CreateArticle",
      [this](const RequestContext& c,
             const v1::CreateArticleRequest& r) -> absl::StatusOr<v1::Article> {
        CLIENTELE_ASSIGN_OR_RETURN(const MutationId id,
                                   rpc::MakeMutationId<v1::QaService>(c, "CreateArticle", r));
        Article article = FromProto(r.article());
        article.id = r.article_id();
        CLIENTELE_ASSIGN_OR_RETURN(const Article made,
                                   articles_->Create(c, id, std::move(article), r.validate_only()));
        return ToProto(made);
      });
}

grpc::ServerUnaryReactor* QaRpc::BatchCreateArticles(grpc::CallbackServerContext* context,
                                                     const v1::BatchCreateArticlesRequest* request,
                                                     v1::BatchCreateArticlesResponse* response) {
  return dispatcher_->Unary(
      context, request, response, "BatchCreateArticles",
      [this](const RequestContext& c, const v1::BatchCreateArticlesRequest& r)
          -> absl::StatusOr<v1::BatchCreateArticlesResponse> {
        CLIENTELE_ASSIGN_OR_RETURN(const MutationId id,
                                   rpc::MakeMutationId<v1::QaService>(c, "BatchCreateArticles", r));
        std::vector<Article> articles;
        for (const v1::Article& article : r.articles()) articles.push_back(FromProto(article));
        CLIENTELE_ASSIGN_OR_RETURN(const BatchCreated made,
                                   articles_->BatchCreate(c, id, std::move(articles)));
        v1::BatchCreateArticlesResponse result;
        result.set_created_count(made.created_count);
        result.set_existing_count(made.existing_count);
        return result;
      });
}

grpc::ServerUnaryReactor* QaRpc::GetArticle(grpc::CallbackServerContext* context,
                                            const v1::GetArticleRequest* request,
                                            v1::Article* response) {
  return dispatcher_->Unary(context, request, response, "GetArticle",
                            [this](const RequestContext& c,
                                   const v1::GetArticleRequest& r) -> absl::StatusOr<v1::Article> {
                              CLIENTELE_ASSIGN_OR_RETURN(const Article article,
                                                         articles_->Get(c, ArticleIdOf(r.name())));
                              return ToProto(article);
                            });
}

grpc::ServerUnaryReactor* QaRpc::ListArticles(grpc::CallbackServerContext* context,
                                              const v1::ListArticlesRequest* request,
                                              v1::ListArticlesResponse* response) {
  return dispatcher_->Unary(
      context, request, response, "ListArticles",
      [this](const RequestContext& c,
             const v1::ListArticlesRequest& r) -> absl::StatusOr<v1::ListArticlesResponse> {
        CLIENTELE_ASSIGN_OR_RETURN(const int page_size, rpc::PageSize(r.page_size()));
        CLIENTELE_ASSIGN_OR_RETURN(const ArticlePage page,
                                   articles_->List(c, page_size, r.page_token()));
        v1::ListArticlesResponse result;
        for (const Article& article : page.articles) *result.add_articles() = ToProto(article);
        result.set_next_page_token(page.next_page_token);
        return result;
      });
}

grpc::ServerUnaryReactor* QaRpc::UpdateArticle(grpc::CallbackServerContext* context,
                                               const v1::UpdateArticleRequest* request,
                                               v1::Article* response) {
  return dispatcher_->Unary(
      context, request, response, "UpdateArticle",
      [this](const RequestContext& c,
             const v1::UpdateArticleRequest& r) -> absl::StatusOr<v1::Article> {
        CLIENTELE_ASSIGN_OR_RETURN(const MutationId id,
                                   rpc::MakeMutationId<v1::QaService>(c, "UpdateArticle", r));
        CLIENTELE_ASSIGN_OR_RETURN(const Article updated,
                                   articles_->Update(c, id, FromProto(r), r.validate_only()));
        return ToProto(updated);
      });
}

grpc::ServerUnaryReactor* QaRpc::DeleteArticle(grpc::CallbackServerContext* context,
                                               const v1::DeleteArticleRequest* request,
                                               google::protobuf::Empty* response) {
  return dispatcher_->Unary(
      context, request, response, "DeleteArticle",
      [this](const RequestContext& c,
             const v1::DeleteArticleRequest& r) -> absl::StatusOr<google::protobuf::Empty> {
        CLIENTELE_ASSIGN_OR_RETURN(const MutationId id,
                                   rpc::MakeMutationId<v1::QaService>(c, "DeleteArticle", r));
        CLIENTELE_RETURN_IF_ERROR(articles_->Delete(c, id, ArticleIdOf(r.name()), r.etag()));
        return google::protobuf::Empty();
      });
}

grpc::ServerUnaryReactor* QaRpc::SearchArticles(grpc::CallbackServerContext* context,
                                                const v1::SearchArticlesRequest* request,
                                                v1::SearchArticlesResponse* response) {
  return dispatcher_->Unary(
      context, request, response, "SearchArticles",
      [this](const RequestContext& c,
             const v1::SearchArticlesRequest& r) -> absl::StatusOr<v1::SearchArticlesResponse> {
        CLIENTELE_ASSIGN_OR_RETURN(const std::vector<Citation> found,
                                   answerer_->Search(c, FromProto(r)));
        v1::SearchArticlesResponse result;
        for (const Citation& citation : found) *result.add_results() = ToProto(citation);
        return result;
      });
}

grpc::ServerUnaryReactor* QaRpc::Ask(grpc::CallbackServerContext* context,
                                     const v1::AskRequest* request, v1::AskResponse* response) {
  return dispatcher_->Unary(
      context, request, response, "Ask",
      [this](const RequestContext& c, const v1::AskRequest& r) -> absl::StatusOr<v1::AskResponse> {
        CLIENTELE_ASSIGN_OR_RETURN(DialogueQuestion asked, AskedOf(c, r));
        CLIENTELE_ASSIGN_OR_RETURN(const Reply reply, dialogue_->Ask(c, std::move(asked)));
        return ToProto(reply, r.trace());
      });
}

grpc::ServerWriteReactor<v1::StreamAskResponse>* QaRpc::StreamAsk(
    grpc::CallbackServerContext* context, const v1::AskRequest* request) {
  return dispatcher_->ServerStream<v1::AskRequest, v1::StreamAskResponse>(
      context, request, "StreamAsk",
      [this](const RequestContext& c, const v1::AskRequest& r,
             rpc::StreamWriter<v1::StreamAskResponse>& writer) -> absl::Status {
        StreamingListener listener(&writer);
        CLIENTELE_ASSIGN_OR_RETURN(DialogueQuestion asked, AskedOf(c, r));
        CLIENTELE_ASSIGN_OR_RETURN(const Reply reply,
                                   dialogue_->Ask(c, std::move(asked), &listener));
        v1::StreamAskResponse last;
        *last.mutable_final() = ToProto(reply, r.trace());
        return writer.Write(std::move(last));
      });
}

}  // namespace clientele::qa
