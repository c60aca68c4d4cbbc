// Decodes pictures for profile-service, which starts it; see common/media/decoder_process.h.
#include <unistd.h>

#include "common/media/decoder_process.h"

int main() { return clientele::media::ServePictures(STDIN_FILENO); }
