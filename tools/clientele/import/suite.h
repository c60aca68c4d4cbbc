#ifndef CLIENTELE_TOOLS_CLIENTELE_IMPORT_SUITE_H_
#define CLIENTELE_TOOLS_CLIENTELE_IMPORT_SUITE_H_

// What an import asks of the suite. SuiteClient does it over gRPC; tests have a
// fake. Every call is idempotent, so that it may be repeated.

#include "absl/status/statusor.h"
#include "clientele/profile/v1/profile_service.pb.h"
#include "clientele/qa/v1/qa_service.pb.h"
#include "clientele/recommend/v1/recommend_service.pb.h"

namespace clientele::cli {

// Implementations are thread-safe.
class Suite {
 public:
  virtual ~Suite() = default;
  virtual absl::StatusOr<profile::v1::BatchCreateCustomersResponse> CreateCustomers(
      const profile::v1::BatchCreateCustomersRequest& request) = 0;
  virtual absl::StatusOr<profile::v1::BatchCreateEventsResponse> CreateEvents(
      const profile::v1::BatchCreateEventsRequest& request) = 0;
  virtual absl::StatusOr<recommend::v1::BatchCreateItemsResponse> CreateItems(
      const recommend::v1::BatchCreateItemsRequest& request) = 0;
  virtual absl::StatusOr<recommend::v1::BatchCheckItemsResponse> CheckItems(
      const recommend::v1::BatchCheckItemsRequest& request) = 0;
  virtual absl::StatusOr<recommend::v1::BatchCreateAnonymousInteractionsResponse>
  CreateAnonymousInteractions(
      const recommend::v1::BatchCreateAnonymousInteractionsRequest& request) = 0;
  virtual absl::StatusOr<qa::v1::BatchCreateArticlesResponse> CreateArticles(
      const qa::v1::BatchCreateArticlesRequest& request) = 0;

  virtual absl::StatusOr<qa::v1::BatchCreateGoldenQuestionsResponse> CreateGoldenQuestions(
      const qa::v1::BatchCreateGoldenQuestionsRequest& request) = 0;

  virtual absl::StatusOr<profile::v1::BatchUpdateConsentsResponse> UpdateConsents(
      const profile::v1::BatchUpdateConsentsRequest& request) = 0;

  virtual absl::StatusOr<profile::v1::Customer> GetCustomer(
      const profile::v1::GetCustomerRequest& request) = 0;
  virtual absl::StatusOr<recommend::v1::Item> GetItem(
      const recommend::v1::GetItemRequest& request) = 0;
  virtual absl::StatusOr<qa::v1::Article> GetArticle(const qa::v1::GetArticleRequest& request) = 0;

  // ABORTED when the etag is stale: read and compare again.
  virtual absl::StatusOr<profile::v1::Customer> UpdateCustomer(
      const profile::v1::UpdateCustomerRequest& request) = 0;
  virtual absl::StatusOr<recommend::v1::Item> UpdateItem(
      const recommend::v1::UpdateItemRequest& request) = 0;
  virtual absl::StatusOr<qa::v1::Article> UpdateArticle(
      const qa::v1::UpdateArticleRequest& request) = 0;
};

}  // namespace clientele::cli

#endif  // CLIENTELE_TOOLS_CLIENTELE_IMPORT_SUITE_H_
