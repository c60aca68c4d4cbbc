#ifndef CLIENTELE_TESTS_FUZZ_ANSWER_CHECKS_H_
#define CLIENTELE_TESTS_FUZZ_ANSWER_CHECKS_H_

// What holds for every answer of every method, whatever was sent.

#include <functional>
#include <string>

#include "google/protobuf/message.h"

#include "tests/fuzz/direct_call.h"
#include "tests/fuzz/require.h"

namespace clientele::fuzz {

// Equal for equal messages.
std::string BytesOf(const google::protobuf::Message& message);
std::string BytesOf(const DirectAnswer& answer);

// A status is canonical: a code that tells the caller what to do, a reason, the wrong fields of
// bad input, a size that every gRPC client takes. Messages can be read as they were written.
void CheckAnswer(const DirectAnswer& answer);

// Calls `visit` for the message and every message in it.
void VisitAll(const google::protobuf::Message& message,
              const std::function<void(const google::protobuf::Message&)>& visit);

// True for a mutation that is to take effect once however often it is sent.
bool IsIdempotent(const google::protobuf::Message& request);

}  // namespace clientele::fuzz

#endif  // CLIENTELE_TESTS_FUZZ_ANSWER_CHECKS_H_
