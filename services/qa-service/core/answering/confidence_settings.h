#ifndef CLIENTELE_SERVICES_QA_SERVICE_CORE_ANSWERING_CONFIDENCE_SETTINGS_H_
#define CLIENTELE_SERVICES_QA_SERVICE_CORE_ANSWERING_CONFIDENCE_SETTINGS_H_

// A fitted confidence as a text encoder's bundle carries it: settings whose names begin with
// "confidence.", one number each.
//
//   {"confidence.bias": "-5.2", "confidence.coverage": "3.1", ..., "confidence.minimum": "0.61"}
//
// Pure functions, thread-safe.

#include <map>
#include <optional>
#include <string>

#include "services/qa-service/core/answering/confidence.h"

namespace clientele::qa {

std::map<std::string, std::string> ConfidenceSettings(const FittedConfidence& fitted);

// Of EmbeddedTexts::fitted. nullopt unless all of its numbers are there, the minimum from 0 to 1.
std::optional<FittedConfidence> ConfidenceOf(const std::map<std::string, double>& numbers);

}  // namespace clientele::qa

#endif  // CLIENTELE_SERVICES_QA_SERVICE_CORE_ANSWERING_CONFIDENCE_SETTINGS_H_
