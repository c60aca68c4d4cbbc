#include "services/profile-service/rpc/profile_conversion.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"

#include "common/rpc/status_bridge.h"
#include "common/rpc/time_conversion.h"
#include "services/profile-service/core/customers/customer_validation.h"
#include "services/profile-service/core/profiles/profile_watch.h"
#include "services/profile-service/rpc/consent_conversion.h"
#include "services/profile-service/rpc/media_conversion.h"
#include "services/profile-service/rpc/quarantine_conversion.h"

namespace clientele::profile {
namespace {

// Empty of who stands for themselves.
std::string SurvivorName(absl::string_view survivor_id) {
  return survivor_id.empty() ? std::string() : CustomerName(survivor_id);
}

void AddShares(const std::vector<Share>& shares,
               google::protobuf::RepeatedPtrField<v1::Share>* protos) {
  for (const Share& share : shares) {
    v1::Share* proto = protos->Add();
    proto->set_key(share.key);
    proto->set_share(share.share);
  }
}

std::int64_t LeftOutFor(const Profile& profile, LeftOut reason) {
  return profile.summary.left_out[static_cast<std::size_t>(reason)];
}

void AddCounts(const BehaviorSummary& summary, v1::Profile& proto) {
  const auto add = [&](std::size_t type, std::int64_t events) {
    if (events == 0) return;
    v1::EventCount* count = proto.add_event_counts();
    count->set_type(static_cast<v1::EventType>(type));
    count->set_count(events);
  };
  for (std::size_t type = 1; type < kCountedEventTypes; ++type) {
    add(type, summary.count_by_type[type]);
  }
  for (std::size_t i = 0; i < kResponseTypes; ++i) {
    add(kFirstResponseType + i, summary.responses.count_by_type[i]);
  }
}

v1::Change ToProto(Change change) {
  v1::Change proto;
  if (change.kind != ChangeKind::kEventsExpired || !change.customer_id.empty()) {
    proto.set_customer(CustomerName(change.customer_id));
  }
  *proto.mutable_change_time() = rpc::ToTimestamp(change.change_time);
  switch (change.kind) {
    case ChangeKind::kEvent:
      *proto.mutable_event() = ToProto(std::move(change.event));
      break;
    case ChangeKind::kCustomerCreated:
      *proto.mutable_customer_created()->mutable_decisions() = ToDecisions(change.consents);
      proto.mutable_customer_created()->set_survivor(SurvivorName(change.survivor_id));
      break;
    case ChangeKind::kCustomerDeleted:
      proto.mutable_customer_deleted();
      break;
    case ChangeKind::kConsents:
      *proto.mutable_consents_changed()->mutable_decisions() = ToDecisions(change.consents);
      break;
    case ChangeKind::kSurvivor:
      proto.mutable_survivor_changed()->set_survivor(SurvivorName(change.survivor_id));
      break;
    case ChangeKind::kEventsExpired:
      proto.mutable_events_expired()->set_type(static_cast<v1::EventType>(change.expired.type));
      *proto.mutable_events_expired()->mutable_before() = rpc::ToTimestamp(change.expired.before);
      break;
    case ChangeKind::kSegmentJoined:
    case ChangeKind::kSegmentLeft:
      break;  // of the other part of the feed
  }
  return proto;
}

}  // namespace

Customer FromProto(const v1::Customer& proto, absl::string_view customer_id) {
  Customer customer;
  customer.id = std::string(customer_id);
  customer.display_name = proto.display_name();
  customer.email = proto.email();
  customer.phone = proto.phone();
  customer.language_code = proto.language_code();
  customer.region = proto.region();
  customer.attributes = {proto.attributes().begin(), proto.attributes().end()};
  return customer;
}

Customer FromProto(const v1::Customer& proto) {
  return FromProto(proto, IdOf(proto.name(), "customers/"));
}

v1::Customer ToProto(const Customer& customer) {
  v1::Customer proto;
  proto.set_name(CustomerName(customer.id));
  proto.set_display_name(customer.display_name);
  proto.set_email(customer.email);
  proto.set_phone(customer.phone);
  proto.set_language_code(customer.language_code);
  proto.set_region(customer.region);
  for (const auto& [key, value] : customer.attributes) (*proto.mutable_attributes())[key] = value;
  *proto.mutable_create_time() = rpc::ToTimestamp(customer.create_time);
  *proto.mutable_update_time() = rpc::ToTimestamp(customer.update_time);
  proto.set_etag(EtagOf(customer));
  proto.set_survivor(SurvivorName(customer.survivor_id));
  proto.set_merged_customer_count(customer.merged_count);
  return proto;
}

std::vector<Event> FromProto(const google::protobuf::RepeatedPtrField<v1::Event>& protos) {
  std::vector<Event> events;
  events.reserve(protos.size());
  for (const v1::Event& proto : protos) events.push_back(ToEvent(ToSentEvent(proto)));
  return events;
}

v1::Event ToProto(Event event) {
  v1::Event proto;
  proto.set_customer(CustomerName(event.customer_id));
  proto.set_event_id(std::move(event.event_id));
  proto.set_type(static_cast<v1::EventType>(event.type));
  *proto.mutable_event_time() = rpc::ToTimestamp(event.event_time);
  if (!event.item_id.empty()) proto.set_item(absl::StrCat("items/", event.item_id));
  proto.set_category(std::move(event.category));
  proto.set_quantity(event.quantity);
  proto.set_amount_micros(event.amount_micros);
  proto.set_currency_code(std::move(event.currency_code));
  proto.set_text(std::move(event.text));
  proto.set_channel(std::move(event.channel));
  proto.set_device(std::move(event.device));
  proto.set_rating(event.rating);
  proto.set_source(std::move(event.source));
  proto.set_campaign_id(std::move(event.campaign_id));
  proto.set_coupon_id(std::move(event.coupon_id));
  proto.set_left_out(static_cast<v1::LeftOutReason>(event.left_out));
  return proto;
}

v1::BatchCreateEventsResponse ToProto(const EventBatchOutcome& outcome) {
  v1::BatchCreateEventsResponse proto;
  proto.set_created_count(outcome.created);
  proto.set_duplicate_count(outcome.duplicates);
  proto.set_rejected_count(outcome.rejected);
  proto.set_quarantined_count(outcome.quarantined);
  if (outcome.change > 0) proto.set_change(ChangeToken(outcome.change));
  for (const RejectedEvent& error : outcome.errors) {
    v1::EventError* error_proto = proto.add_errors();
    error_proto->set_index(error.index);
    rpc::ToProto(error.status, error_proto->mutable_status());
  }
  return proto;
}

v1::SnapshotKey ToProto(const SnapshotKey& key) {
  v1::SnapshotKey proto;
  proto.set_customer(CustomerName(key.customer_id));
  proto.set_event_id(key.event_id);
  return proto;
}

v1::StreamChangesResponse ToProto(ChangeMessage message) {
  v1::StreamChangesResponse proto;
  proto.mutable_changes()->Reserve(static_cast<int>(message.changes.size()));
  for (Change& change : message.changes) *proto.add_changes() = ToProto(std::move(change));
  proto.set_cursor(std::move(message.cursor));
  if (message.snapshot.has_value()) {
    v1::SnapshotRange& range = *proto.mutable_snapshot();
    if (message.snapshot->after) *range.mutable_after() = ToProto(*message.snapshot->after);
    if (message.snapshot->through) *range.mutable_through() = ToProto(*message.snapshot->through);
  }
  return proto;
}

v1::Profile ToProto(const Profile& profile) {
  v1::Profile proto;
  proto.set_name(absl::StrCat(CustomerName(profile.customer_id), "/profile"));
  proto.mutable_vector()->Add(profile.vector.begin(), profile.vector.end());
  for (const BehaviorFeatureInfo& info : kBehaviorFeatureList) {
    v1::Feature* feature = proto.add_features();
    feature->set_id(info.id);
    feature->set_value(profile.features[info.feature]);
    feature->set_description(info.description);
  }
  for (const CurrencySums& sums : profile.summary.currencies) {
    v1::MonetaryTotal* total = proto.add_monetary_totals();
    total->set_currency_code(sums.currency_code);
    total->set_purchase_amount_micros(sums.purchase_amount_micros);
    total->set_return_amount_micros(sums.return_amount_micros);
    total->set_purchase_count(sums.purchase_count);
    total->set_return_count(sums.return_count);
  }
  AddShares(profile.category_affinity, proto.mutable_category_affinity());
  AddShares(profile.channel_mix, proto.mutable_channel_mix());
  AddShares(profile.device_mix, proto.mutable_device_mix());
  if (profile.summary.first_event_time) {
    *proto.mutable_first_event_time() = rpc::ToTimestamp(*profile.summary.first_event_time);
    *proto.mutable_last_event_time() = rpc::ToTimestamp(*profile.summary.last_event_time);
  }
  AddCounts(profile.summary, proto);
  for (const ResponseFeatureInfo& info : kResponseFeatureList) {
    v1::Feature* response = proto.add_responses();
    response->set_id(info.id);
    response->set_value(profile.responses[info.feature]);
    response->set_description(info.description);
  }
  proto.set_robot_event_count(LeftOutFor(profile, LeftOut::kRobot));
  proto.set_rapid_event_count(LeftOutFor(profile, LeftOut::kRate));
  for (const std::string& model : profile.models) proto.add_models(model);
  *proto.mutable_compute_time() = rpc::ToTimestamp(profile.compute_time);
  proto.set_pending_text_count(profile.pending_texts);
  for (const Interest& interest : profile.interests) *proto.add_interests() = ToProto(interest);
  proto.set_pending_picture_count(profile.pending_pictures);
  for (const ProfileScore& expected : profile.scores) {
    v1::ProfileScore& score = *proto.add_scores();
    score.set_id(expected.id);
    score.set_value(expected.value);
  }
  for (const std::string& modality : profile.modalities) proto.add_modalities(modality);
  for (const consent::Purpose purpose : profile.withheld_purposes) {
    proto.add_withheld_purposes(static_cast<v1::ConsentPurpose>(purpose));
  }
  return proto;
}

v1::CustomerOverview ToProto(Overview overview) {
  v1::CustomerOverview proto;
  *proto.mutable_customer() = ToProto(overview.customer);
  rpc::ToProto(overview.profile.status(), proto.mutable_profile_status());
  if (overview.profile.ok()) *proto.mutable_profile() = ToProto(*overview.profile);
  for (Event& event : overview.events) *proto.add_events() = ToProto(std::move(event));
  return proto;
}

}  // namespace clientele::profile
