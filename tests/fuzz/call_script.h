#ifndef CLIENTELE_TESTS_FUZZ_CALL_SCRIPT_H_
#define CLIENTELE_TESTS_FUZZ_CALL_SCRIPT_H_

// Calls of one service, one after the other, as text that people can read and a fuzzer can
// change piece by piece:
//
//   call { CreateCustomer { customer_id: "42" customer { email: "a@example.com" } } }
//   call { GetCustomer { name: "customers/42" } }
//
// The form follows the service's own descriptor: every method is in it.

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/dynamic_message.h"
#include "google/protobuf/message.h"

namespace clientele::fuzz {

struct ScriptedCall {
  std::string method;  // "CreateCustomer"
  std::string wire;    // the request as bytes on the wire
};

class CallScript {
 public:
  explicit CallScript(const google::protobuf::ServiceDescriptor* service);

  // An empty script where the text is none.
  std::unique_ptr<google::protobuf::Message> Parse(absl::string_view text) const;
  static std::string Print(const google::protobuf::Message& script);

  // The first 20: what a later call meets, fewer calls can bring about as well.
  static std::vector<ScriptedCall> Calls(const google::protobuf::Message& script);

 private:
  google::protobuf::DescriptorPool pool_;
  mutable google::protobuf::DynamicMessageFactory factory_;
  const google::protobuf::Message* prototype_;
};

// The script of the target that is being built: each target defines it.
const CallScript& TargetScript();

}  // namespace clientele::fuzz

#endif  // CLIENTELE_TESTS_FUZZ_CALL_SCRIPT_H_
