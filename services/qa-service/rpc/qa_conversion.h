#ifndef CLIENTELE_SERVICES_QA_SERVICE_RPC_QA_CONVERSION_H_
#define CLIENTELE_SERVICES_QA_SERVICE_RPC_QA_CONVERSION_H_

// Between the API's messages and the domain. What cannot be read (a name of
// another shape) becomes a value that the domain's checks refuse, so that every
// violation of a request is reported at once. Pure functions, thread-safe.

#include <string>

#include "absl/strings/string_view.h"
#include "clientele/qa/v1/qa_service.pb.h"

#include "services/qa-service/core/answering/answer.h"
#include "services/qa-service/core/articles/article.h"
#include "services/qa-service/core/articles/article_edit.h"
#include "services/qa-service/core/conversations/dialogue.h"

namespace clientele::qa {

// The id of "<collection>{id}", such as "articles/"; for another shape something that is no id.
std::string IdOf(absl::string_view collection, absl::string_view name);
// The id of "articles/{id}"; for another shape something that is no id.
std::string ArticleIdOf(absl::string_view name);

// Without what the service sets; the id is that of the name.
Article FromProto(const v1::Article& proto);
v1::Article ToProto(const Article& article);

ArticleEdit FromProto(const v1::UpdateArticleRequest& request);
Question FromProto(const v1::SearchArticlesRequest& request);
// Without a MutationId.
DialogueQuestion FromProto(const v1::AskRequest& request);

// Unspecified and what is not known: kAuto.
AnswerMode FromProto(v1::AnswerMode mode);
v1::AnswerMode ToProto(AnswerMode mode);

v1::Citation ToProto(const Citation& citation);
v1::AnswerState ToProto(AnswerState state);
// With a trace where the reply is a turn of a conversation, or `trace`.
v1::AskResponse ToProto(const Reply& reply, bool trace);

}  // namespace clientele::qa

#endif  // CLIENTELE_SERVICES_QA_SERVICE_RPC_QA_CONVERSION_H_
