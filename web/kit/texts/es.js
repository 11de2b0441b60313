export default {
  title_ringing: '{name} te llama',

  online: 'En línea',
  reconnecting: 'Conectando de nuevo…',
  load_again: 'Volver a cargar',
  closed_misunderstanding: 'Esta página no corresponde a la versión del servicio. Vuelve a cargarla.',

  more: 'Más',
  language_choice: 'Idioma',

  accept: 'Aceptar',
  mute: 'Silenciar',
  camera: 'Cámara',
  screen: 'Pantalla',
  speaker: 'Altavoz',
  hang_up: 'Colgar',
  cancel: 'Cancelar',
  sound_on: 'Activar el sonido',

  their_camera: 'Su cámara',
  their_screen: 'Su pantalla',
  own_camera: 'Tu cámara',

  state_calling: 'Llamando…',
  state_connected: 'En llamada',
  network_good: 'Buena conexión',
  network_fair: 'Conexión inestable',
  network_poor: 'Mala conexión',

  end_interrupted: 'La llamada se interrumpió',
  end_with_time: '{end} · {time}',

  microphone_blocked: 'El micrófono está bloqueado. Permítelo en la barra de direcciones e inténtalo de nuevo.',
  microphone_missing: 'No se encontró ningún micrófono. Conecta uno e inténtalo de nuevo.',
  microphone_taken: 'Otro programa usa el micrófono. Ciérralo e inténtalo de nuevo.',
  microphone_insecure: 'El navegador solo da el micrófono a esta página por https.',
  camera_blocked: 'La cámara está bloqueada. Permítela en la barra de direcciones e inténtalo de nuevo.',
  camera_missing: 'No se encontró ninguna cámara. Conecta una o sigue sin ella.',
  camera_taken: 'Otro programa usa la cámara. Ciérralo e inténtalo de nuevo.',
  camera_insecure: 'El navegador solo da la cámara a esta página por https.',

  refused_overloaded: 'El servicio está ocupado. Inténtalo de nuevo.',
  refused_draining: 'El servicio se está reiniciando. Inténtalo en un minuto.',
  went_wrong: 'No funcionó. Inténtalo de nuevo.',
  line_broke: 'Se cortó la conexión. Inténtalo de nuevo.',
};
