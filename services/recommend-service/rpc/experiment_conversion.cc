#include "services/recommend-service/rpc/experiment_conversion.h"

#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"

#include "common/rpc/resource_name.h"
#include "common/rpc/time_conversion.h"
#include "common/status/error_details.h"
#include "common/status/status_macros.h"

namespace clientele::recommend {
namespace {

constexpr char kExperimentPattern[] = "experiments/{}";

// kNone for what this version does not know.
FeedbackType FeedbackTypeOf(v1::FeedbackType type) {
  switch (type) {
    case v1::FEEDBACK_TYPE_SHOWN:
      return FeedbackType::kShown;
    case v1::FEEDBACK_TYPE_CLICKED:
      return FeedbackType::kClicked;
    case v1::FEEDBACK_TYPE_DISMISSED:
      return FeedbackType::kDismissed;
    case v1::FEEDBACK_TYPE_BOUGHT:
      return FeedbackType::kBought;
    default:
      return FeedbackType::kNone;
  }
}

v1::FeedbackType ToProto(FeedbackType type) {
  switch (type) {
    case FeedbackType::kShown:
      return v1::FEEDBACK_TYPE_SHOWN;
    case FeedbackType::kClicked:
      return v1::FEEDBACK_TYPE_CLICKED;
    case FeedbackType::kDismissed:
      return v1::FEEDBACK_TYPE_DISMISSED;
    case FeedbackType::kBought:
      return v1::FEEDBACK_TYPE_BOUGHT;
    case FeedbackType::kNone:
      break;
  }
  return v1::FEEDBACK_TYPE_UNSPECIFIED;
}

v1::RecommendationMethod ToProto(Method method) {
  switch (method) {
    case Method::kBest:
      break;
    case Method::kPopular:
      return v1::RECOMMENDATION_METHOD_POPULAR;
    case Method::kFoldIn:
      return v1::RECOMMENDATION_METHOD_FOLD_IN;
    case Method::kHybrid:
      return v1::RECOMMENDATION_METHOD_HYBRID;
    case Method::kSequence:
      return v1::RECOMMENDATION_METHOD_SEQUENCE;
  }
  return v1::RECOMMENDATION_METHOD_UNSPECIFIED;
}

}  // namespace

std::optional<Method> MethodOf(v1::RecommendationMethod method) {
  switch (method) {
    case v1::RECOMMENDATION_METHOD_UNSPECIFIED:
      return Method::kBest;
    case v1::RECOMMENDATION_METHOD_POPULAR:
      return Method::kPopular;
    case v1::RECOMMENDATION_METHOD_FOLD_IN:
      return Method::kFoldIn;
    case v1::RECOMMENDATION_METHOD_HYBRID:
      return Method::kHybrid;
    case v1::RECOMMENDATION_METHOD_SEQUENCE:
      return Method::kSequence;
    default:
      return std::nullopt;
  }
}

absl::StatusOr<std::string> ExperimentId(const std::string& name, absl::string_view field) {
  return rpc::ParseResourceName(kExperimentPattern, name, field);
}

absl::StatusOr<Experiment> FromProto(const v1::CreateExperimentRequest& request) {
  const v1::Experiment& proto = request.experiment();
  FieldViolations violations;
  Experiment experiment;
  experiment.id = request.experiment_id();
  experiment.display_name = proto.display_name();
  experiment.variants.reserve(static_cast<std::size_t>(proto.variants_size()));
  for (int i = 0; i < proto.variants_size(); ++i) {
    const v1::Variant& variant = proto.variants(i);
    const std::optional<Method> method = MethodOf(variant.method());
    if (!method.has_value()) {
      violations.Add(absl::StrCat("experiment.variants[", i, "].method"),
                     "must be a method that this version knows");
    }
    experiment.variants.push_back({variant.variant_id(),
                                   variant.weight() == 0 ? 1 : variant.weight(),
                                   method.value_or(Method::kBest)});
  }
  if (proto.goal() != v1::FEEDBACK_TYPE_UNSPECIFIED) experiment.goal = FeedbackTypeOf(proto.goal());
  if (proto.conversion_window_days() != 0) {
    experiment.conversion_days = proto.conversion_window_days();
  }
  if (proto.error_rate() != 0) experiment.error_rate = proto.error_rate();
  if (proto.planned_exposures() != 0) experiment.planned_exposures = proto.planned_exposures();
  CLIENTELE_RETURN_IF_ERROR(violations.ToStatus());
  return experiment;
}

v1::Experiment ToProto(const Experiment& experiment) {
  v1::Experiment proto;
  proto.set_name(rpc::FormatResourceName(kExperimentPattern, experiment.id));
  proto.set_display_name(experiment.display_name);
  for (const Variant& variant : experiment.variants) {
    v1::Variant& one = *proto.add_variants();
    one.set_variant_id(variant.id);
    one.set_weight(variant.weight);
    one.set_method(ToProto(variant.method));
  }
  proto.set_goal(ToProto(experiment.goal));
  proto.set_conversion_window_days(experiment.conversion_days);
  proto.set_error_rate(experiment.error_rate);
  proto.set_planned_exposures(experiment.planned_exposures);
  // Unset for one that was only checked.
  if (experiment.create_time != absl::Time()) {
    *proto.mutable_create_time() = rpc::ToTimestamp(experiment.create_time);
  }
  if (experiment.stop_time.has_value()) {
    *proto.mutable_stop_time() = rpc::ToTimestamp(*experiment.stop_time);
  }
  return proto;
}

absl::StatusOr<std::vector<Feedback>> FromProto(const v1::RecordFeedbackRequest& request) {
  FieldViolations violations;
  std::vector<Feedback> feedback;
  feedback.reserve(static_cast<std::size_t>(request.feedback_size()));
  for (int i = 0; i < request.feedback_size(); ++i) {
    const v1::Feedback& proto = request.feedback(i);
    const std::string at = absl::StrCat("feedback[", i, "].");
    Feedback one;
    const auto parse = [&](const char* pattern, const std::string& name, const char* field,
                           std::string& id) {
      auto parsed = rpc::ParseResourceName(pattern, name, field);
      if (parsed.ok()) {
        id = *std::move(parsed);
      } else {
        violations.Add(at + field, absl::StrCat("must be like ", pattern));
      }
    };
    parse("customers/{}", proto.customer(), "customer", one.customer_id);
    parse("items/{}", proto.item(), "item", one.item_id);
    if (!proto.experiment().empty()) {
      parse(kExperimentPattern, proto.experiment(), "experiment", one.experiment_id);
    }
    const auto time = rpc::ToTime(proto.feedback_time(), "feedback_time");
    if (time.ok()) {
      one.time = *time;
    } else {
      violations.Add(at + "feedback_time", "must be after 1970 and at most one day ahead");
    }
    one.feedback_id = proto.feedback_id();
    one.type = FeedbackTypeOf(proto.type());
    feedback.push_back(std::move(one));
  }
  CLIENTELE_RETURN_IF_ERROR(violations.ToStatus());
  return feedback;
}

v1::RecordFeedbackResponse ToProto(const FeedbackRecorded& recorded) {
  v1::RecordFeedbackResponse response;
  response.set_created_count(recorded.created);
  response.set_duplicate_count(recorded.duplicates);
  response.set_unknown_customer_count(recorded.unknown);
  return response;
}

v1::ExperimentReport ToProto(const std::string& name, const std::vector<VariantReport>& reports) {
  v1::ExperimentReport response;
  response.set_name(name);
  for (const VariantReport& report : reports) {
    const bool is_control = response.variants_size() == 0;
    v1::VariantReport& proto = *response.add_variants();
    proto.set_variant_id(report.variant_id);
    proto.set_exposed_count(report.counts.exposed);
    proto.set_converted_count(report.counts.converted);
    proto.set_conversion_rate(report.counts.rate());
    proto.set_lift(report.lift);
    if (is_control) continue;
    proto.set_difference_lower(report.difference.lower);
    proto.set_difference_upper(report.difference.upper);
  }
  return response;
}

}  // namespace clientele::recommend
