#include "tests/e2e/erasure/marked_request.h"

#include <ctime>
#include <memory>
#include <set>

#include "clientele/profile/v1/profile_service.pb.h"
#include "clientele/qa/v1/qa_service.pb.h"
#include "clientele/recommend/v1/recommend_service.pb.h"
#include "google/protobuf/message.h"

namespace clientele::testing {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

// Fields that hold "customers/{customer}".
const std::set<std::string> kCustomerNames = {
    "clientele.profile.v1.Customer.name",
    "clientele.profile.v1.Event.customer",
    "clientele.profile.v1.GetCustomerRequest.name",
    "clientele.profile.v1.ListEventsRequest.parent",
    "clientele.profile.v1.ListMediaRequest.parent",
    "clientele.profile.v1.ListQuarantinedEventsRequest.customer",
    "clientele.profile.v1.ListSimilarCustomersRequest.parent",
    "clientele.profile.v1.ListConsentsRequest.parent",
    "clientele.profile.v1.ListConsentDecisionsRequest.parent",
    "clientele.qa.v1.AskRequest.customer",
    "clientele.qa.v1.AnswerFeedback.customer",
    "clientele.recommend.v1.RecommendRequest.customer",
    "clientele.recommend.v1.ExplainRecommendationRequest.customer",
    "clientele.recommend.v1.Feedback.customer",
    "clientele.gateway.v1.GetCustomer360Request.customer",
};

// Fields that stay empty: a customer's etag must be current, the id of a batch is of several
// customers, a segment, a conversation and an experiment must exist, and a session is of nobody.
const std::set<std::string> kEmpty = {
    "clientele.profile.v1.Customer.etag",
    "clientele.profile.v1.Customer.survivor",
    "clientele.profile.v1.BatchCreateCustomersRequest.request_id",
    "clientele.profile.v1.BatchCreateEventsRequest.request_id",
    "clientele.profile.v1.BatchUpdateConsentsRequest.request_id",
    "clientele.profile.v1.ListSimilarCustomersRequest.region",
    "clientele.profile.v1.ListSimilarCustomersRequest.segment",
    "clientele.qa.v1.AskRequest.conversation",
    "clientele.recommend.v1.RecommendRequest.experiment",
    "clientele.recommend.v1.RecommendRequest.session_items",
    "clientele.recommend.v1.Feedback.experiment",
};

// Fields that events of campaigns do not have.
const std::set<std::string> kNotOfCampaigns = {
    "clientele.profile.v1.Event.item",
    "clientele.profile.v1.Event.coupon_id",
};

// Fields that are gone with the call.
const std::set<std::string> kPassing = {
    "clientele.profile.v1.Event.user_agent",
    "clientele.qa.v1.AskRequest.audience",
    "clientele.qa.v1.AskRequest.facts",
};

class Filler {
 public:
  Filler(const std::string& customer_id, Marks& marks, Marks& passing)
      : customer_id_(customer_id), marks_(marks), passing_(passing) {}

  void Fill(Message& message) {
    for (int i = 0; i < message.GetDescriptor()->field_count(); ++i) {
      FillField(message, message.GetDescriptor()->field(i));
    }
    if (auto* const ask = dynamic_cast<qa::v1::AskRequest*>(&message)) {
      ask->set_start_conversation(true);
    } else if (auto* const feedback = dynamic_cast<qa::v1::AnswerFeedback*>(&message)) {
      feedback->set_verdict(qa::v1::ANSWER_VERDICT_WRONG);
    } else if (auto* const recommend = dynamic_cast<recommend::v1::RecommendRequest*>(&message)) {
      recommend->set_record(true);
    }
  }

 private:
  void FillField(Message& message, const FieldDescriptor* field) {
    const Reflection& reflection = *message.GetReflection();
    if (field->cpp_type() == FieldDescriptor::CPPTYPE_STRING) {
      const std::string value = Value(*field);
      if (field->is_repeated()) {
        reflection.AddString(&message, field, value);
      } else {
        reflection.SetString(&message, field, value);
      }
    } else if (field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) {
      if (field->message_type() == profile::v1::Event::descriptor() && field->is_repeated()) {
        AddEvents(message, field);
      } else if (field->message_type() == profile::v1::Consent::descriptor()) {
        FillConsent(message, field);
      } else if (field->message_type() == recommend::v1::Feedback::descriptor()) {
        AddFeedback(message, field);
      } else if (field->message_type()->file()->package() != "google.protobuf") {
        Fill(field->is_repeated() ? *reflection.AddMessage(&message, field)
                                  : *reflection.MutableMessage(&message, field));
      }
    }
  }

  void FillConsent(Message& message, const FieldDescriptor* field) {
    const Reflection& reflection = *message.GetReflection();
    auto& consent = dynamic_cast<profile::v1::Consent&>(
        field->is_repeated() ? *reflection.AddMessage(&message, field)
                             : *reflection.MutableMessage(&message, field));
    Fill(consent);
    consent.set_state(profile::v1::CONSENT_STATE_GRANTED);
  }

  void AddEvents(Message& message, const FieldDescriptor* field) {
    for (int type = 1; type < profile::v1::EventType_ARRAYSIZE; ++type) {
      auto& event =
          dynamic_cast<profile::v1::Event&>(*message.GetReflection()->AddMessage(&message, field));
      of_campaign_ = type >= profile::v1::EVENT_TYPE_CAMPAIGN_SENT &&
                     type <= profile::v1::EVENT_TYPE_CAMPAIGN_UNSUBSCRIBED;
      Fill(event);
      event.set_type(static_cast<profile::v1::EventType>(type));
      event.mutable_event_time()->set_seconds(std::time(nullptr) - 3600);
      if (type >= profile::v1::EVENT_TYPE_CAMPAIGN_SENT) continue;
      event.set_quantity(1);
      event.set_amount_micros(6'950'000);
      event.set_rating(4);
    }
  }

  void AddFeedback(Message& message, const FieldDescriptor* field) {
    auto& feedback = dynamic_cast<recommend::v1::Feedback&>(
        *message.GetReflection()->AddMessage(&message, field));
    Fill(feedback);
    feedback.set_type(recommend::v1::FEEDBACK_TYPE_SHOWN);
    feedback.mutable_feedback_time()->set_seconds(std::time(nullptr) - 3600);
  }

  std::string Value(const FieldDescriptor& field) {
    const std::string& name = field.full_name();
    if (kCustomerNames.contains(name)) return "customers/" + customer_id_;
    if (kEmpty.contains(name)) return "";
    if (of_campaign_ && kNotOfCampaigns.contains(name)) return "";
    if (kPassing.contains(name)) return passing_.New(name);
    if (name == "clientele.profile.v1.GetProfileRequest.name" ||
        name == "clientele.profile.v1.ExplainProfileRequest.name" ||
        name == "clientele.profile.v1.RenderProfileCardRequest.name") {
      return "customers/" + customer_id_ + "/profile";
    }
    if (name == "clientele.profile.v1.Consent.name") {
      return "customers/" + customer_id_ + "/consents/marketing";
    }
    if (name == "clientele.profile.v1.CreateCustomerRequest.customer_id") return customer_id_;
    if (name == "clientele.profile.v1.Event.item" ||
        name == "clientele.recommend.v1.Feedback.item" ||
        name == "clientele.recommend.v1.ExplainRecommendationRequest.item")
      return std::string("items/") + kMarkedItem;
    if (name == "clientele.profile.v1.Event.currency_code") return "GBP";
    if (name == "clientele.qa.v1.AskRequest.language_code") return "en";
    // Answered by nobody but a person: what was said stands in the hand-over as well.
    if (name == "clientele.qa.v1.AskRequest.question") return "talk to a human " + marks_.New(name);
    if (name == "clientele.profile.v1.Customer.email") return marks_.New(name) + "@example.com";
    return marks_.New(name);
  }

  const std::string& customer_id_;
  Marks& marks_;
  Marks& passing_;
  bool of_campaign_ = false;  // the event that is being filled
};

}  // namespace

std::string MarkedRequest(const google::protobuf::MethodDescriptor& method,
                          const std::string& customer_id, Marks& marks, Marks& passing) {
  const std::unique_ptr<Message> request(google::protobuf::MessageFactory::generated_factory()
                                             ->GetPrototype(method.input_type())
                                             ->New());
  Filler(customer_id, marks, passing).Fill(*request);
  return request->SerializeAsString();
}

}  // namespace clientele::testing
