#include "services/profile-service/rpc/explanation_conversion.h"

#include "absl/strings/str_cat.h"

#include "common/rpc/time_conversion.h"
#include "services/profile-service/core/customers/customer.h"
#include "services/profile-service/rpc/media_conversion.h"

namespace clientele::profile {
namespace {

v1::ModalityState StateProto(PartState state) {
  switch (state) {
    case PartState::kUsed:
      return v1::MODALITY_STATE_USED;
    case PartState::kNothingKnown:
      return v1::MODALITY_STATE_NOTHING_KNOWN;
    case PartState::kPending:
      return v1::MODALITY_STATE_PENDING;
    case PartState::kWithheld:
      return v1::MODALITY_STATE_WITHHELD;
    case PartState::kNotTaken:
      return v1::MODALITY_STATE_NOT_TAKEN;
  }
  return v1::MODALITY_STATE_UNSPECIFIED;
}

v1::ConsentState StateProto(consent::Decision decision) {
  switch (decision) {
    case consent::Decision::kNone:
      return v1::CONSENT_STATE_UNSPECIFIED;
    case consent::Decision::kGranted:
      return v1::CONSENT_STATE_GRANTED;
    case consent::Decision::kWithdrawn:
      return v1::CONSENT_STATE_WITHDRAWN;
  }
  return v1::CONSENT_STATE_UNSPECIFIED;
}

v1::ModalityExplanation ModalityProto(const ModalityExplanation& modality) {
  v1::ModalityExplanation proto;
  proto.set_modality(modality.modality);
  proto.set_state(StateProto(modality.state));
  proto.set_signal_count(modality.signals);
  proto.set_pending_count(modality.pending);
  if (modality.first_time) *proto.mutable_first_time() = rpc::ToTimestamp(*modality.first_time);
  if (modality.last_time) *proto.mutable_last_time() = rpc::ToTimestamp(*modality.last_time);
  proto.set_model(modality.model_id);
  proto.set_influence(modality.influence);
  for (const PartContribution& evidence : modality.evidence) {
    v1::SignalContribution& signal = *proto.add_signals();
    signal.set_customer(CustomerName(evidence.customer_id));
    if (modality.modality == "image") {
      signal.set_media(MediaName(evidence.customer_id, evidence.id));
    } else {
      signal.set_event_id(evidence.id);
    }
    *signal.mutable_signal_time() = rpc::ToTimestamp(evidence.time);
    signal.set_share(evidence.share);
  }
  return proto;
}

v1::CategoryExplanation CategoryProto(const CategoryExplanation& category) {
  v1::CategoryExplanation proto;
  proto.set_category(category.category);
  proto.set_share(category.share);
  proto.set_weight(category.weight);
  proto.set_older_weight(category.older_weight);
  for (const TypeContribution& contribution : category.contributions) {
    v1::EventTypeContribution& added = *proto.add_contributions();
    added.set_type(static_cast<v1::EventType>(contribution.type));
    added.set_event_count(contribution.events);
    *added.mutable_last_event_time() = rpc::ToTimestamp(contribution.last_event_time);
    added.set_weight(contribution.weight);
  }
  for (const EventContribution& evidence : category.evidence) {
    v1::EventContribution& event = *proto.add_events();
    event.set_customer(CustomerName(evidence.customer_id));
    event.set_event_id(evidence.event_id);
    event.set_type(static_cast<v1::EventType>(evidence.type));
    *event.mutable_event_time() = rpc::ToTimestamp(evidence.event_time);
    event.set_weight(evidence.weight);
  }
  return proto;
}

v1::InterestExplanation InterestProto(const InterestExplanation& interest) {
  v1::InterestExplanation proto;
  *proto.mutable_interest() = ToProto(interest.interest);
  for (const PictureEvidence& evidence : interest.evidence) {
    v1::PictureEvidence& picture = *proto.add_pictures();
    picture.set_media(MediaName(evidence.customer_id, evidence.media_id));
    picture.set_model(evidence.model_id);
    picture.set_score(evidence.score);
    *picture.mutable_capture_time() = rpc::ToTimestamp(evidence.capture_time);
  }
  return proto;
}

v1::ResponseExplanation ResponseProto(const ResponseExplanation& explained) {
  const ResponseFeatureInfo& info =
      kResponseFeatureList[static_cast<std::size_t>(explained.feature)];
  v1::ResponseExplanation proto;
  proto.set_id(info.id);
  proto.set_value(explained.value);
  proto.set_description(info.description);
  for (const Event& evidence : explained.evidence) {
    v1::ResponseEvent& event = *proto.add_events();
    event.set_customer(CustomerName(evidence.customer_id));
    event.set_event_id(evidence.event_id);
    event.set_type(static_cast<v1::EventType>(evidence.type));
    *event.mutable_event_time() = rpc::ToTimestamp(evidence.event_time);
    event.set_campaign_id(evidence.campaign_id);
    event.set_coupon_id(evidence.coupon_id);
  }
  return proto;
}

}  // namespace

v1::ProfileExplanation ToProto(const ProfileExplanation& explanation) {
  v1::ProfileExplanation proto;
  proto.set_name(absl::StrCat(CustomerName(explanation.customer_id), "/profile"));
  *proto.mutable_compute_time() = rpc::ToTimestamp(explanation.compute_time);
  proto.mutable_models()->Add(explanation.models.begin(), explanation.models.end());
  for (const PurposeUse& use : explanation.purposes) {
    v1::PurposeUse& purpose = *proto.add_purposes();
    purpose.set_purpose(static_cast<v1::ConsentPurpose>(use.purpose));
    purpose.set_state(StateProto(use.decision));
    purpose.set_allowed(use.allowed);
  }
  for (const ModalityExplanation& modality : explanation.modalities) {
    *proto.add_modalities() = ModalityProto(modality);
  }
  for (const FeatureExplanation& explained : explanation.features) {
    const BehaviorFeatureInfo& info =
        kBehaviorFeatureList[static_cast<std::size_t>(explained.feature)];
    v1::FeatureExplanation& feature = *proto.add_features();
    feature.set_id(info.id);
    feature.set_value(explained.value);
    feature.set_description(info.description);
    feature.set_influence(explained.influence);
  }
  for (const CategoryExplanation& category : explanation.categories) {
    *proto.add_categories() = CategoryProto(category);
  }
  for (const InterestExplanation& interest : explanation.interests) {
    *proto.add_interests() = InterestProto(interest);
  }
  for (const ResponseExplanation& response : explanation.responses) {
    *proto.add_responses() = ResponseProto(response);
  }
  for (const ScoreExplanation& explained : explanation.scores) {
    v1::ScoreExplanation& score = *proto.add_scores();
    score.set_id(explained.id);
    score.set_value(explained.value);
    for (const ScoreMove& moved : explained.features) {
      v1::ScoreMove& move = *score.add_features();
      move.set_feature(kBehaviorFeatureList[static_cast<std::size_t>(moved.feature)].id);
      move.set_change(moved.change);
    }
  }
  proto.set_examined_event_count(static_cast<std::int32_t>(explanation.read_events));
  return proto;
}

}  // namespace clientele::profile
