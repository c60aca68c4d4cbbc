#ifndef CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_SEGMENTS_RULES_RULE_EXPRESSION_H_
#define CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_SEGMENTS_RULES_RULE_EXPRESSION_H_

#include <cstddef>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "services/profile-service/core/segments/rules/customer_facts.h"

namespace clientele::profile {

enum class RuleType { kTruth, kNumber, kText };

// A fact of the customer that a rule names.
struct FactReference {
  enum class Kind {
    kFeature,   // a number of behavior_vector.h
    kResponse,  // a number of response_features.h
    kScore,     // `key`, as a model tells it
    kLanguage,
    kRegion,
    kAttribute,  // of `key`
    kAffinity,   // of the category `key`
    kChannelShare,
    kDeviceShare,
    kConsent,
    kEventCount,  // of `filter`
    kSpending,    // of `filter`, in units of its currency
  };
  Kind kind = Kind::kFeature;
  BehaviorFeature feature = BehaviorFeature::kRecencyDays;
  ResponseFeature response = ResponseFeature::kCampaignsReceived;
  std::string key;
  consent::Purpose purpose = consent::Purpose::kProfiling;
  EventFilter filter;
};

// A part of a rule; its operands are of the types that its operation takes.
struct RuleExpression {
  enum class Operation {
    kFact,
    kNumber,
    kText,
    kTruth,
    kNot,  // of one truth
    kAnd,  // of two truths
    kOr,
    kNegate,  // of one number
    kAdd,     // of two numbers
    kSubtract,
    kMultiply,
    kDivide,
    kEqual,  // of two operands of one type
    kNotEqual,
    kLess,  // of two numbers
    kLessOrEqual,
    kGreater,
    kGreaterOrEqual,
    kIn,  // the first among the others
  };
  Operation operation = Operation::kTruth;
  RuleType type = RuleType::kTruth;
  std::vector<std::unique_ptr<RuleExpression>> operands = {};
  FactReference fact = {};
  double number = 0;
  std::string text = {};
  bool truth = false;
  // Where it stands in the rule, in bytes: for reasons.
  std::size_t begin = 0, end = 0;
};

}  // namespace clientele::profile

#endif  // CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_SEGMENTS_RULES_RULE_EXPRESSION_H_
