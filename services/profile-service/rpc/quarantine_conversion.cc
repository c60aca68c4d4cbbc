#include "services/profile-service/rpc/quarantine_conversion.h"

#include <utility>

#include "absl/strings/str_cat.h"

#include "common/rpc/status_bridge.h"
#include "common/rpc/time_conversion.h"
#include "common/status/status_macros.h"
#include "services/profile-service/rpc/merge_conversion.h"

namespace clientele::profile {

SentEvent ToSentEvent(const v1::Event& proto) {
  SentEvent event;
  event.customer = proto.customer();
  event.event_id = proto.event_id();
  event.type = proto.type();
  if (proto.has_event_time()) {
    event.event_time = SentEvent::Time{proto.event_time().seconds(), proto.event_time().nanos()};
  }
  event.item = proto.item();
  event.category = proto.category();
  event.quantity = proto.quantity();
  event.amount_micros = proto.amount_micros();
  event.currency_code = proto.currency_code();
  event.text = proto.text();
  event.channel = proto.channel();
  event.device = proto.device();
  event.rating = proto.rating();
  event.source = proto.source();
  event.campaign_id = proto.campaign_id();
  event.coupon_id = proto.coupon_id();
  event.user_agent = proto.user_agent();
  return event;
}

v1::Event ToProto(SentEvent event) {
  v1::Event proto;
  proto.set_customer(std::move(event.customer));
  proto.set_event_id(std::move(event.event_id));
  proto.set_type(static_cast<v1::EventType>(event.type));
  if (event.event_time) {
    proto.mutable_event_time()->set_seconds(event.event_time->seconds);
    proto.mutable_event_time()->set_nanos(event.event_time->nanos);
  }
  proto.set_item(std::move(event.item));
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
  proto.set_user_agent(std::move(event.user_agent));
  return proto;
}

v1::QuarantinedEvent ToProto(QuarantinedEvent event) {
  v1::QuarantinedEvent proto;
  proto.set_name(QuarantinedEventName(event.id));
  proto.set_etag(EtagOf(event));
  *proto.mutable_event() = ToProto(std::move(event.event));
  rpc::ToProto(event.status, proto.mutable_status());
  *proto.mutable_create_time() = rpc::ToTimestamp(event.create_time);
  *proto.mutable_update_time() = rpc::ToTimestamp(event.update_time);
  if (event.expire_time != absl::InfiniteFuture()) {
    *proto.mutable_expire_time() = rpc::ToTimestamp(event.expire_time);
  }
  return proto;
}

absl::StatusOr<QuarantineUpdate> FromProto(const v1::UpdateQuarantinedEventRequest& request) {
  QuarantineUpdate update;
  CLIENTELE_ASSIGN_OR_RETURN(update.id, NumberOf(request.quarantined_event().name(),
                                                 "quarantinedEvents", "quarantined_event.name"));
  update.values = ToSentEvent(request.quarantined_event().event());
  update.mask = {request.update_mask().paths().begin(), request.update_mask().paths().end()};
  update.etag = request.quarantined_event().etag();
  return update;
}

absl::StatusOr<std::vector<std::int64_t>> QuarantineIds(
    const google::protobuf::RepeatedPtrField<std::string>& names) {
  std::vector<std::int64_t> ids;
  ids.reserve(static_cast<std::size_t>(names.size()));
  for (int i = 0; i < names.size(); ++i) {
    CLIENTELE_ASSIGN_OR_RETURN(const std::int64_t id, NumberOf(names[i], "quarantinedEvents",
                                                               absl::StrCat("names[", i, "]")));
    ids.push_back(id);
  }
  return ids;
}

}  // namespace clientele::profile
