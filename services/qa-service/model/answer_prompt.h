#ifndef CLIENTELE_SERVICES_QA_SERVICE_MODEL_ANSWER_PROMPT_H_
#define CLIENTELE_SERVICES_QA_SERVICE_MODEL_ANSWER_PROMPT_H_

#include <nlohmann/json.hpp>

#include "common/text/chat/chat_template.h"
#include "services/qa-service/core/answering/answer_writer.h"

namespace clientele::qa {

// What a generator is told to do and with what. Pure.

// "question: … context: …", as generators of the T5 family are trained here
// (training/generator/generation_example.h); turns and facts stand before the passages.
text::ChatPrompt PlainPrompt(const WritingTask& task);

// Messages for a chat template: turns of the conversation, and a last message with the
// instructions, the passages, the facts and the question. There is no system message, which some
// templates refuse.
nlohmann::ordered_json ChatMessages(const WritingTask& task);

}  // namespace clientele::qa

#endif  // CLIENTELE_SERVICES_QA_SERVICE_MODEL_ANSWER_PROMPT_H_
