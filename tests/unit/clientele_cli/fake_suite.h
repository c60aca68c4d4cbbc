#ifndef CLIENTELE_TESTS_UNIT_CLIENTELE_CLI_FAKE_SUITE_H_
#define CLIENTELE_TESTS_UNIT_CLIENTELE_CLI_FAKE_SUITE_H_

// The suite in memory, with the rules that the protos state: ids make everything
// idempotent, one bad row refuses a batch of resources, bad events are reported.
// Thread-safe.

#include <functional>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <type_traits>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "google/protobuf/util/field_mask_util.h"

#include "tools/clientele/import/suite.h"

namespace clientele::cli {

class FakeSuite : public Suite {
 public:
  std::map<std::string, profile::v1::Customer> customers;
  std::map<std::pair<std::string, std::string>, profile::v1::Event> events;
  std::map<std::string, recommend::v1::Item> items;
  std::map<std::pair<std::string, std::string>, recommend::v1::AnonymousInteraction> interactions;
  std::map<std::string, qa::v1::Article> articles;
  std::map<std::string, qa::v1::GoldenQuestion> golden_questions;
  std::set<std::string> consents;     // serialized
  std::set<std::string> quarantined;  // events, serialized
  std::set<std::string> bad_names;    // resources that the service refuses
  int max_explained = 1000;
  int64_t lost_acknowledgements = 0;  // subtracted from the next created_count of events
  absl::Status events_status;         // given instead of storing events
  int calls = 0;

  absl::StatusOr<profile::v1::BatchCreateCustomersResponse> CreateCustomers(
      const profile::v1::BatchCreateCustomersRequest& request) override {
    return Create<profile::v1::BatchCreateCustomersResponse>(request.customers(), customers);
  }

  absl::StatusOr<profile::v1::BatchUpdateConsentsResponse> UpdateConsents(
      const profile::v1::BatchUpdateConsentsRequest& request) override {
    const std::lock_guard lock(mutex_);
    ++calls;
    for (const profile::v1::Consent& consent : request.consents()) {
      if (bad_names.contains(consent.name())) return absl::InvalidArgumentError("consent.name");
      const std::string customer = consent.name().substr(0, consent.name().find("/consents/"));
      if (!customers.contains(customer)) {
        return absl::NotFoundError(absl::StrCat(customer, " does not exist"));
      }
    }
    profile::v1::BatchUpdateConsentsResponse response;
    for (const profile::v1::Consent& consent : request.consents()) {
      const bool recorded = consents.insert(consent.SerializeAsString()).second;
      (recorded ? response.set_recorded_count(response.recorded_count() + 1)
                : response.set_duplicate_count(response.duplicate_count() + 1));
    }
    return response;
  }

  absl::StatusOr<recommend::v1::BatchCreateItemsResponse> CreateItems(
      const recommend::v1::BatchCreateItemsRequest& request) override {
    return Create<recommend::v1::BatchCreateItemsResponse>(request.items(), items);
  }

  absl::StatusOr<qa::v1::BatchCreateArticlesResponse> CreateArticles(
      const qa::v1::BatchCreateArticlesRequest& request) override {
    return Create<qa::v1::BatchCreateArticlesResponse>(request.articles(), articles);
  }

  absl::StatusOr<qa::v1::BatchCreateGoldenQuestionsResponse> CreateGoldenQuestions(
      const qa::v1::BatchCreateGoldenQuestionsRequest& request) override {
    const std::lock_guard lock(mutex_);
    ++calls;
    for (const qa::v1::GoldenQuestion& question : request.golden_questions()) {
      if (bad_names.contains(question.name())) return absl::InvalidArgumentError("bad");
    }
    qa::v1::BatchCreateGoldenQuestionsResponse response;
    for (const qa::v1::GoldenQuestion& question : request.golden_questions()) {
      const auto [stored, created] = golden_questions.emplace(question.name(), question);
      if (created) {
        response.set_created_count(response.created_count() + 1);
      } else if (stored->second.SerializeAsString() == question.SerializeAsString()) {
        response.set_existing_count(response.existing_count() + 1);
      } else if (request.replace()) {
        stored->second = question;
        response.set_replaced_count(response.replaced_count() + 1);
      } else {
        response.add_differing_names(question.name());
      }
    }
    return response;
  }

  absl::StatusOr<recommend::v1::BatchCheckItemsResponse> CheckItems(
      const recommend::v1::BatchCheckItemsRequest& request) override {
    const std::lock_guard lock(mutex_);
    ++calls;
    recommend::v1::BatchCheckItemsResponse response;
    for (const std::string& name : request.names()) {
      if (!items.contains(name)) response.add_missing_names(name);
    }
    return response;
  }

  absl::StatusOr<profile::v1::BatchCreateEventsResponse> CreateEvents(
      const profile::v1::BatchCreateEventsRequest& request) override {
    const std::lock_guard lock(mutex_);
    ++calls;
    if (!events_status.ok()) return events_status;
    profile::v1::BatchCreateEventsResponse response;
    int64_t created = 0;
    for (int i = 0; i < request.events_size(); ++i) {
      const profile::v1::Event& event = request.events(i);
      if (!customers.contains(event.customer())) {
        response.set_rejected_count(response.rejected_count() + 1);
        if (request.quarantine_invalid() && request.skip_invalid()) {
          quarantined.insert(event.SerializeAsString());
          response.set_quarantined_count(response.quarantined_count() + 1);
        }
        if (response.errors_size() < max_explained) {
          auto* error = response.add_errors();
          error->set_index(i);
          error->mutable_status()->set_message(absl::StrCat(event.customer(), " does not exist"));
        }
      } else if (events.emplace(std::pair(event.customer(), event.event_id()), event).second) {
        ++created;
      } else {
        response.set_duplicate_count(response.duplicate_count() + 1);
      }
    }
    response.set_created_count(created - lost_acknowledgements);
    lost_acknowledgements = 0;
    return response;
  }

  absl::StatusOr<recommend::v1::BatchCreateAnonymousInteractionsResponse>
  CreateAnonymousInteractions(
      const recommend::v1::BatchCreateAnonymousInteractionsRequest& request) override {
    const std::lock_guard lock(mutex_);
    ++calls;
    recommend::v1::BatchCreateAnonymousInteractionsResponse response;
    for (const auto& interaction : request.interactions()) {
      if (!items.contains(interaction.item())) return absl::NotFoundError("no such item");
    }
    for (const auto& interaction : request.interactions()) {
      const bool fresh =
          interactions
              .emplace(std::pair(interaction.item(), interaction.interaction_id()), interaction)
              .second;
      fresh ? response.set_created_count(response.created_count() + 1)
            : response.set_duplicate_count(response.duplicate_count() + 1);
    }
    return response;
  }

  absl::StatusOr<profile::v1::Customer> GetCustomer(
      const profile::v1::GetCustomerRequest& request) override {
    return Get(customers, request.name());
  }
  absl::StatusOr<recommend::v1::Item> GetItem(
      const recommend::v1::GetItemRequest& request) override {
    return Get(items, request.name());
  }
  absl::StatusOr<qa::v1::Article> GetArticle(const qa::v1::GetArticleRequest& request) override {
    return Get(articles, request.name());
  }

  absl::StatusOr<profile::v1::Customer> UpdateCustomer(
      const profile::v1::UpdateCustomerRequest& request) override {
    return Update(customers, request.customer(), request.update_mask());
  }
  absl::StatusOr<recommend::v1::Item> UpdateItem(
      const recommend::v1::UpdateItemRequest& request) override {
    return Update(items, request.item(), request.update_mask());
  }
  absl::StatusOr<qa::v1::Article> UpdateArticle(
      const qa::v1::UpdateArticleRequest& request) override {
    return Update(articles, request.article(), request.update_mask());
  }

  // Called before an update: what another writer does meanwhile.
  std::function<void()> before_update = [] {};

 private:
  template <class Message>
  absl::StatusOr<Message> Get(const std::map<std::string, Message>& stored,
                              const std::string& name) {
    const std::lock_guard lock(mutex_);
    const auto found = stored.find(name);
    if (found == stored.end()) return absl::NotFoundError(name + " does not exist");
    Message message = found->second;
    message.set_etag(Etag(message));
    return message;
  }

  template <class Message>
  absl::StatusOr<Message> Update(std::map<std::string, Message>& stored, const Message& message,
                                 const google::protobuf::FieldMask& mask) {
    before_update();
    const std::lock_guard lock(mutex_);
    Message& old = stored.at(message.name());
    if (message.etag() != Etag(old)) return absl::AbortedError("the etag is stale");
    google::protobuf::FieldMask fields;
    for (const std::string& path : mask.paths()) {
      if constexpr (std::is_same_v<Message, profile::v1::Customer>) {
        if (path.starts_with("attributes.")) {
          const std::string key = path.substr(11);
          old.mutable_attributes()->erase(key);
          if (message.attributes().contains(key)) {
            (*old.mutable_attributes())[key] = message.attributes().at(key);
          }
          continue;
        }
      }
      fields.add_paths(path);
    }
    google::protobuf::util::FieldMaskUtil::MergeOptions options;
    options.set_replace_repeated_fields(true);
    for (const std::string& path : fields.paths()) {
      old.GetReflection()->ClearField(&old, old.GetDescriptor()->FindFieldByName(path));
    }
    google::protobuf::util::FieldMaskUtil::MergeMessageTo(message, fields, options, &old);
    return old;
  }

  template <class Message>
  static std::string Etag(Message message) {
    message.clear_etag();
    return absl::StrCat(std::hash<std::string>()(message.DebugString()));
  }

  template <class Response, class Messages, class Stored>
  absl::StatusOr<Response> Create(const Messages& messages, Stored& stored) {
    const std::lock_guard lock(mutex_);
    ++calls;
    std::set<std::string> names;
    for (const auto& message : messages) {
      if (bad_names.contains(message.name()) || !names.insert(message.name()).second) {
        return absl::InvalidArgumentError("a bad row refuses the batch");
      }
    }
    Response response;
    for (const auto& message : messages) {
      stored.emplace(message.name(), message).second
          ? response.set_created_count(response.created_count() + 1)
          : response.set_existing_count(response.existing_count() + 1);
    }
    return response;
  }

  std::mutex mutex_;
};

}  // namespace clientele::cli

#endif  // CLIENTELE_TESTS_UNIT_CLIENTELE_CLI_FAKE_SUITE_H_
