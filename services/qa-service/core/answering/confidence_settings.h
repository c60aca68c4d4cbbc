#ifndef CLIENTELE_SERVICES_QA_SERVICE_CORE_ANSWERING_CONFIDENCE_SETTINGS_H_
#define CLIENTELE_SERVICES_QA_SERVICE_CORE_ANSWERING_CONFIDENCE_SETTINGS_H_

// A fitted confidence as the bundle of the model carries it that looks at passages last (a text
// encoder, a reranker or a reader): settings whose names begin with "confidence.", one number each.
//
//   {"confidence.bias": "-5.2", "confidence.coverage": "3.1", ..., "confidence.minimum": "0.61"}
//
// Those of a reranker or reader have "confidence.rank" and "confidence.reading" besides, and
// "confidence.order.rank" and "confidence.order.reading" for OrderWeights.
//
// Pure functions, thread-safe.

#include <map>
#include <optional>
#include <string>

#include "services/qa-service/core/answering/confidence.h"

namespace clientele::qa {

std::map<std::string, std::string> ConfidenceSettings(const FittedConfidence& fitted);

// Of EmbeddedTexts::fitted and the like. nullopt unless all numbers are there and the minimum is
// from 0 to 1; those of judged features may be missing (0), and those of the order
// (OrderWeights{}).
std::optional<FittedConfidence> ConfidenceOf(const std::map<std::string, double>& numbers);

}  // namespace clientele::qa

#endif  // CLIENTELE_SERVICES_QA_SERVICE_CORE_ANSWERING_CONFIDENCE_SETTINGS_H_
