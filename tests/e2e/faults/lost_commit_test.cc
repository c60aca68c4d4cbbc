// The commit whose answer is lost. A gate between a service and PostgreSQL cuts the connection
// exactly there: after PostgreSQL has committed and before the service hears of it, or just
// before PostgreSQL gets the COMMIT. Either way the caller is told that the outcome is not
// known, and the same request sent again under its request_id has its effect once.

#include <chrono>
#include <memory>
#include <string>
#include <utility>

#include <catch2/catch_test_macros.hpp>
#include <google/protobuf/message.h>
#include <google/protobuf/util/message_differencer.h>
#include <grpcpp/grpcpp.h>

#include "absl/status/status.h"
#include "clientele/profile/v1/profile_service.grpc.pb.h"
#include "clientele/qa/v1/qa_service.grpc.pb.h"
#include "clientele/recommend/v1/recommend_service.grpc.pb.h"

#include "common/rpc/status_bridge.h"
#include "common/status/error_details.h"
#include "tests/support/database_gate.h"
#include "tests/support/reliability.h"
#include "tests/support/suite.h"
#include "tests/support/test_database.h"

namespace clientele::testing {
namespace {

using google::protobuf::util::MessageDifferencer;

void SetDeadline(grpc::ClientContext& context) {
  context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(20));
}

class LostCommit {
 public:
  LostCommit()
      : gate_(database_.conninfo()),
        suite_(gate_.conninfo()),
        profile_(profile::v1::ProfileService::NewStub(suite_.gateway())),
        qa_(qa::v1::QaService::NewStub(suite_.gateway())),
        recommend_(recommend::v1::RecommendService::NewStub(suite_.gateway())) {
    grpc::ClientContext context;
    SetDeadline(context);
    google::protobuf::Message* response = nullptr;
    REQUIRE(CreateCustomer(context, "owner", &response).ok());
  }

  grpc::Status CreateCustomer(grpc::ClientContext& context, const std::string& id,
                              google::protobuf::Message** response) {
    profile::v1::CreateCustomerRequest request;
    request.set_request_id(id);
    request.set_customer_id(id);
    request.mutable_customer()->set_display_name("Ada");
    *response = &customer_;
    return profile_->CreateCustomer(&context, request, &customer_);
  }

  // An event is counted by its id, so its batch is sent under a request_id that shows
  // whether the first answer comes back: created, not duplicate.
  grpc::Status CreateEvents(grpc::ClientContext& context, const std::string& id,
                            google::protobuf::Message** response) {
    profile::v1::BatchCreateEventsRequest request;
    request.set_request_id(id);
    profile::v1::Event& event = *request.add_events();
    event.set_customer("customers/owner");
    event.set_event_id(id);
    event.set_type(profile::v1::EVENT_TYPE_PURCHASE);
    event.mutable_event_time()->set_seconds(1'780'000'000);
    event.set_item("items/i1");
    event.set_quantity(1);
    *response = &events_;
    return profile_->BatchCreateEvents(&context, request, &events_);
  }

  grpc::Status CreateArticle(grpc::ClientContext& context, const std::string& id,
                             google::protobuf::Message** response) {
    qa::v1::CreateArticleRequest request;
    request.set_request_id(id);
    request.set_article_id(id);
    request.mutable_article()->set_title("Returns");
    request.mutable_article()->set_body("Send it back within 30 days.");
    request.mutable_article()->set_language_code("en");
    *response = &article_;
    return qa_->CreateArticle(&context, request, &article_);
  }

  grpc::Status CreateItem(grpc::ClientContext& context, const std::string& id,
                          google::protobuf::Message** response) {
    recommend::v1::CreateItemRequest request;
    request.set_request_id(id);
    request.set_item_id(id);
    request.mutable_item()->set_title("Cup");
    *response = &item_;
    return recommend_->CreateItem(&context, request, &item_);
  }

  // What a resource is now; null when it does not exist.
  std::unique_ptr<google::protobuf::Message> Stored(const std::string& kind,
                                                    const std::string& id) {
    grpc::ClientContext context;
    SetDeadline(context);
    if (kind == "CreateCustomer") {
      profile::v1::GetCustomerRequest request;
      request.set_name("customers/" + id);
      auto found = std::make_unique<profile::v1::Customer>();
      if (profile_->GetCustomer(&context, request, found.get()).ok()) return found;
    } else if (kind == "CreateArticle") {
      qa::v1::GetArticleRequest request;
      request.set_name("articles/" + id);
      auto found = std::make_unique<qa::v1::Article>();
      if (qa_->GetArticle(&context, request, found.get()).ok()) return found;
    } else if (kind == "CreateItem") {
      recommend::v1::GetItemRequest request;
      request.set_name("items/" + id);
      auto found = std::make_unique<recommend::v1::Item>();
      if (recommend_->GetItem(&context, request, found.get()).ok()) return found;
    }
    return nullptr;
  }

  int EventsCalled(const std::string& id) {
    grpc::ClientContext context;
    SetDeadline(context);
    profile::v1::ListEventsRequest request;
    request.set_parent("customers/owner");
    request.set_page_size(1000);
    profile::v1::ListEventsResponse response;
    REQUIRE(profile_->ListEvents(&context, request, &response).ok());
    int count = 0;
    for (const auto& event : response.events()) count += event.event_id() == id ? 1 : 0;
    return count;
  }

  DatabaseGate& gate() { return gate_; }

 private:
  const TestDatabase database_ = Suite::Database();
  DatabaseGate gate_;
  Suite suite_;
  const std::unique_ptr<profile::v1::ProfileService::Stub> profile_;
  const std::unique_ptr<qa::v1::QaService::Stub> qa_;
  const std::unique_ptr<recommend::v1::RecommendService::Stub> recommend_;
  profile::v1::Customer customer_;
  profile::v1::BatchCreateEventsResponse events_;
  qa::v1::Article article_;
  recommend::v1::Item item_;
};

TEST_CASE("a commit whose answer was lost is resolved by sending its request_id again") {
  LostCommit lost;
  using Send = grpc::Status (LostCommit::*)(grpc::ClientContext&, const std::string&,
                                            google::protobuf::Message**);
  const std::pair<const char*, Send> mutations[] = {
      {"CreateCustomer", &LostCommit::CreateCustomer},
      {"BatchCreateEvents", &LostCommit::CreateEvents},
      {"CreateArticle", &LostCommit::CreateArticle},
      {"CreateItem", &LostCommit::CreateItem},
  };
  for (const bool delivered : {true, false}) {
    ReliabilityRow row{.fault = delivered ? "PostgreSQL commits and its answer is lost"
                                          : "the connection is lost just before a COMMIT",
                       .test = "e2e.lost_commit_test"};
    for (int round = 0; round < Rounds(5, 25); ++round) {
      for (const auto& [name, send] : mutations) {
        const std::string id = "lost-" + std::string(delivered ? "after-" : "before-") +
                               std::to_string(round) + "-" + std::to_string(row.rounds);
        INFO(name << " " << id);
        ++row.rounds;
        const int cuts = lost.gate()->cuts();
        lost.gate().CutAtCommit(id, delivered);
        google::protobuf::Message* response = nullptr;
        grpc::ClientContext first;
        SetDeadline(first);
        const absl::Status told = rpc::FromGrpcStatus((lost.*send)(first, id, &response));
        CHECK(lost.gate()->cuts() == cuts + 1);
        CHECK(absl::IsUnavailable(told));
        CHECK(GetReason(told) == "COMMIT_IN_DOUBT");
        CHECK(GetRetryDelay(told).has_value());

        grpc::ClientContext second;
        SetDeadline(second);
        const grpc::Status again = (lost.*send)(second, id, &response);
        INFO(again.error_message());
        REQUIRE(again.ok());
        ++row.acknowledged;
        const std::unique_ptr<google::protobuf::Message> answered(response->New());
        answered->CopyFrom(*response);

        // A third time gives the same answer, and the effect is there once.
        grpc::ClientContext third;
        SetDeadline(third);
        REQUIRE((lost.*send)(third, id, &response).ok());
        CHECK(MessageDifferencer::Equals(*answered, *response));
        if (std::string(name) == "BatchCreateEvents") {
          const auto& counts =
              dynamic_cast<const profile::v1::BatchCreateEventsResponse&>(*answered);
          CHECK(counts.created_count() == 1);
          CHECK(counts.duplicate_count() == 0);
          const int stored = lost.EventsCalled(id);
          row.lost += stored == 0 ? 1 : 0;
          row.duplicated += stored > 1 ? stored - 1 : 0;
        } else {
          const auto stored = lost.Stored(name, id);
          row.lost += stored == nullptr ? 1 : 0;
          // Made again it would have another time and etag.
          const bool same = stored != nullptr && MessageDifferencer::Equals(*answered, *stored);
          row.duplicated += stored != nullptr && !same ? 1 : 0;
        }
      }
    }
    CHECK(row.lost == 0);
    CHECK(row.duplicated == 0);
    Record(row);
  }
}

}  // namespace
}  // namespace clientele::testing
